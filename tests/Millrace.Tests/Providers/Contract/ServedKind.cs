using Millrace.Contracts;
using Millrace.Providers.Kinds;
using Millrace.Providers.Options;
using Millrace.Providers.Registry;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Providers.Contract;

/// <summary>A kind with a server, which a scripted one stands for.</summary>
internal sealed class ServedKind : KindUnderTest
{
    /// <summary>What the server of each kind writes. A new kind gets its line here.</summary>
    private static readonly Dictionary<string, Func<IWireFormat>> Formats = new()
    {
        ["OpenAI"] = () => new OpenAIFormat(),
        ["HuggingFace"] = () => new OpenAIFormat(),
        ["Anthropic"] = () => new AnthropicFormat(),
        ["Ollama"] = () => new OllamaFormat(),
        ["Plain"] = () => new PlainFormat(),
    };

    private ServedKind(ProviderKind kind, ScriptedProvider server)
        : base(kind) => Server = server;

    public ScriptedProvider Server { get; }

    public override string Model => "test-model";

    public override string FirstWord => "Hel";

    /// <summary>Anthropic says that a block of text is over.</summary>
    public override int UpdatesAfterText => Kind.Name == "Anthropic" ? 1 : 0;

    public static async Task<ServedKind> StartAsync(ProviderKind kind) => new(kind, await ScriptedProvider.StartAsync(Formats[kind.Name]));

    public static new async Task<ServedKind> StartAsync(string name) => await StartAsync(All.Find(name)!);

    public override void Answers() => Server.Respond(call => call.Text("Hel", "lo").Usage(3, 2).Stop());

    public override void Calls(string tool, string arguments) => Server.Respond(call => call.ToolCall(tool, arguments).Finish("tool_calls"));

    public override void Refuses(FailureReason reason, TimeSpan? retryAfter)
    {
        (string, string)[] headers = retryAfter is { } wait ? [("Retry-After", FormattableString.Invariant($"{wait.TotalSeconds}"))] : [];
        Server.Respond(call => call.Refuse(StatusOf(reason), headers: headers));
    }

    public override void FailsInStream() => Server.Respond(call => call.Text("Hel").Error("server_error"));

    public override void EndsWithoutReason() => Server.Respond(call => call.Text("Hel"));

    public override void KeepsSilent() => Server.Respond(call => call.Stall());

    public override void Stalls() => Server.Respond(call => call.Open().Stall());

    public override void StallsAfterText() => Server.Respond(call => call.Text("Hel").Stall());

    public override Provider Provider(Action<ProviderOptions>? configure = null, TimeProvider? time = null) =>
        Server.Provider(Kind, configure, time);

    public override Task AskedAsync() => Server.NextCallAsync(TestContext.Current.CancellationToken);

    public override Task LeftAsync() => Until.DoneAsync(Server.Calls[^1].Aborted);

    public override ValueTask DisposeAsync() => Server.DisposeAsync();

    private static int StatusOf(FailureReason reason) => reason switch
    {
        FailureReason.InvalidRequest => 400,
        FailureReason.Authentication => 401,
        FailureReason.QuotaExceeded => 402,
        FailureReason.ModelNotFound => 404,
        FailureReason.RateLimited => 429,
        FailureReason.ProviderError => 500,
        FailureReason.ProviderUnavailable => 503,
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "No status means this."),
    };
}
