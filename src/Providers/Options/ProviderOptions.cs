using Millrace.Contracts;

namespace Millrace.Providers.Options;

/// <summary>One provider, configured under <c>Millrace:Providers:&lt;name&gt;</c>. Times are written as <c>00:01:00</c>.</summary>
public sealed class ProviderOptions
{
    public const string Section = "Millrace:Providers";

    /// <summary>The name of its kind, in any case: which wire it speaks.</summary>
    /// <value>The kind of the same name; for any other name <c>OpenAI</c>.</value>
    public string? Kind { get; set; }

    /// <summary>Where it is: an absolute http or https address, with the path that the provider's documentation calls its base.</summary>
    /// <value>The kind's official address; required for a provider whose name is not a kind's.</value>
    public Uri? Endpoint { get; set; }

    /// <summary>The key. Prefer <see cref="ApiKeyFile"/> or the provider's usual environment variable.</summary>
    /// <value>None.</value>
    public string? ApiKey { get; set; }

    /// <summary>A file that holds the key and nothing else; white space around it is dropped. Read once, at start.</summary>
    /// <value>None.</value>
    public string? ApiKeyFile { get; set; }

    /// <summary>
    /// Sent with each request to it: an organization, a gateway's own key, <c>anthropic-beta</c>. A header of the same name is replaced, one that lists
    /// betas grows. <c>Authorization</c>, <c>x-api-key</c> or <c>api-key</c> may take the place of <see cref="ApiKey"/>.
    /// </summary>
    /// <value>None; at OpenAI's own address what <c>OPENAI_ORG_ID</c> and <c>OPENAI_PROJECT_ID</c> say.</value>
    public IDictionary<string, string> Headers { get; set; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Headers whose values are in files, each by its path; white space around a value is dropped. Read once, at start.</summary>
    /// <value>None.</value>
    public IDictionary<string, string> HeaderFiles { get; set; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Where the provider's own message about a refusal goes: it can say why, and may quote the prompt.</summary>
    /// <value><see cref="ErrorMessages.None"/>.</value>
    public ErrorMessages ErrorMessages { get; set; }

    /// <summary>The model for requests that name none.</summary>
    /// <value>None; <c>default</c> for the simulated provider.</value>
    public string? DefaultModel { get; set; }

    /// <summary>Tokens to allow when the request sets no limit and the wire requires one (Anthropic), 1 or more.</summary>
    /// <value>4096.</value>
    public int MaxOutputTokens { get; set; } = 4096;

    /// <summary>Sampling options for requests whose own and whose session's do not set them; not the JSON schema, which is a request's.</summary>
    /// <value>None: the provider's own defaults.</value>
    public GenerationOptions? Options { get; set; }

    /// <summary>
    /// The member that carries <c>maxOutputTokens</c> on chat completions: <c>max_tokens</c> or <c>max_completion_tokens</c>.
    /// </summary>
    /// <value>
    /// <c>max_completion_tokens</c> at OpenAI itself, whose newer models refuse the other; elsewhere <c>max_tokens</c>, which all know.
    /// </value>
    public string? MaxTokensField { get; set; }

    /// <summary>How <c>reasoningEffort</c> reaches Anthropic: <c>adaptive</c>, or <c>extended</c> for models older than adaptive thinking.</summary>
    /// <value><c>adaptive</c>.</value>
    public string Thinking { get; set; } = "adaptive";

    /// <summary>From the call to the first text, reasoning or tool call. Above zero, at most <see cref="TotalTimeout"/>.</summary>
    /// <value>60 seconds.</value>
    public TimeSpan FirstTokenTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest pause between two pieces. Above zero, at most <see cref="TotalTimeout"/>.</summary>
    /// <value>60 seconds.</value>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>One call as a whole. Above zero, below 30 minutes: that is when the broker takes an unacknowledged delivery back.</summary>
    /// <value>15 minutes.</value>
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Interactive generations at a time, per worker, 1 or more.</summary>
    /// <value>64.</value>
    public int InteractiveConcurrency { get; set; } = 64;

    /// <summary>Bulk generations at a time, per worker, 1 or more.</summary>
    /// <value>16.</value>
    public int BulkConcurrency { get; set; } = 16;

    /// <summary>Open connections, per worker; at least both concurrencies together, since each stream holds one.</summary>
    /// <value>Both concurrencies together, and one to ask whether the provider is there.</value>
    public int? MaxConnections { get; set; }

    /// <summary>When to stop asking a provider that keeps failing.</summary>
    public CircuitOptions Circuit { get; set; } = new();
}
