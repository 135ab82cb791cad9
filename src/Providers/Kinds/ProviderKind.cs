using Millrace.Providers.Adapters;
using Millrace.Providers.Models;
using Millrace.Providers.Options;

namespace Millrace.Providers.Kinds;

/// <summary>
/// All that differs between kinds of providers: names, addresses, keys, headers, what its models hold, and the adapter that
/// speaks its wire. One object stands for a kind, and all providers of the kind use it at the same time.
/// </summary>
public abstract class ProviderKind
{
    private string? id;

    /// <summary>As settings and messages write it, such as <c>OpenAI</c>: letters and digits. Settings may use any case.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// The name in lower case. A provider that is called so is of this kind without a setting, and telemetry and tables show it.
    /// </summary>
    public string Id => id ??= Name.ToLowerInvariant();

    /// <summary>The address of the maker's own service.</summary>
    /// <value>Null: there is none.</value>
    public virtual Uri? OfficialEndpoint => null;

    /// <summary>
    /// True when servers of other makers speak the same wire. A provider whose name is not a kind's has to give its address then.
    /// </summary>
    /// <value>False: without an address the official one is meant.</value>
    public virtual bool IsSpokenElsewhere => false;

    /// <summary>False when it runs in this process: without an address, connections and a question whether it is there.</summary>
    /// <value>True.</value>
    public virtual bool HasServer => true;

    /// <summary>
    /// True when it answers in place of a model. A request reaches it by its name alone, or where no other provider is configured.
    /// </summary>
    /// <value>False.</value>
    public virtual bool IsStandIn => false;

    /// <summary>The environment variable in which its key is usually found.</summary>
    /// <value>Null: it needs no key.</value>
    public virtual string? KeyVariable => null;

    /// <summary>What is particular to the headers of its requests.</summary>
    /// <value>The key is a bearer token.</value>
    public virtual WireHeaders Headers { get; } = new();

    /// <summary>A cheap question to see whether it answers: a path below its address, for GET.</summary>
    /// <value>Null: there is nobody to ask.</value>
    public virtual string? ProbePath => null;

    /// <summary>The model for requests that name none, where no setting says another.</summary>
    /// <value>Null: such a request is refused.</value>
    public virtual string? UsualModel => null;

    /// <summary>What each of its models costs, where no setting says otherwise.</summary>
    /// <value>Null: what the table of prices says.</value>
    public virtual Price? UsualPrice => null;

    /// <summary>
    /// True when each request has to limit the answer: <see cref="ProviderOptions.MaxOutputTokens"/> is sent where the request sets no limit.
    /// </summary>
    /// <value>False.</value>
    public virtual bool RequiresOutputLimit => false;

    /// <summary>True when a request whose history has tool calls has to bring their tools, even if none may be called any more.</summary>
    /// <value>False.</value>
    public virtual bool RequiresToolsOfHistory => false;

    /// <summary>Whether there is a provider of this kind without a section of its own in the settings.</summary>
    /// <value>True when <see cref="KeyVariable"/> is set.</value>
    public virtual bool IsPresent(IConfiguration configuration) =>
        KeyVariable is { } variable && configuration[variable] is { Length: > 0 };

    /// <summary>
    /// The address that its usual environment variables give, or null. It may be malformed: the validation of settings says so.
    /// </summary>
    public virtual Uri? FindEndpoint(IConfiguration configuration) => null;

    /// <summary>What one call of a model may hold.</summary>
    /// <param name="known">What is known of the model; null when nothing is.</param>
    /// <param name="defaultContext">The context of an unknown model, in tokens.</param>
    public virtual ModelLimits LimitsOf(ModelLimits? known, int defaultContext) => known ?? ModelLimits.Unknown(defaultContext);

    /// <summary>What a model can do when this kind serves it.</summary>
    /// <param name="abilities">What is known of the model itself.</param>
    public virtual ModelAbilities Serve(ModelAbilities abilities) => abilities with { ImageUrls = abilities.Vision };

    /// <summary>Makes what speaks its wire. Called once for each configured provider.</summary>
    /// <param name="options">The provider's settings, complete and checked.</param>
    /// <param name="http">
    /// The provider's connections. Requests through it get the key and the headers, are closed when their call is aborted, and a refusal
    /// becomes the failure that it is. Relative addresses count from <see cref="ProviderOptions.Endpoint"/>. Its owner disposes it.
    /// </param>
    /// <param name="time">The clock for whatever waits.</param>
    public abstract IProviderAdapter CreateAdapter(ProviderOptions options, HttpClient http, TimeProvider time);

    /// <summary>An address out of a variable; null when it is empty.</summary>
    protected static Uri? Address(string? text) =>
        string.IsNullOrWhiteSpace(text) ? null : new(text.Trim(), UriKind.RelativeOrAbsolute);
}
