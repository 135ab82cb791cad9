using Millrace.Providers.Failures;
using Millrace.Tests.ScriptedProviders;

namespace Millrace.Tests.Providers;

/// <summary>Whatever a provider puts into its errors, neither key nor prompt nor reply comes out of an exception.</summary>
public sealed class SecrecyTests
{
    private const string Reply = "canary REPLY 51aa";

    public static TheoryData<Wire, string> Ways() => new(
        from wire in Enum.GetValues<Wire>()
        from way in new[] { "refusal", "code", "error event", "malformed", "page", "cut", "clean end" }
        select (wire, way));

    [Theory, MemberData(nameof(Ways))]
    public async Task No_exception_tells_a_secret(Wire wire, string way)
    {
        const string Leak = $"key {ProviderFixture.Key}, prompt {ProviderFixture.Prompt}, reply {Reply}";
        await using var server = await ScriptedProvider.StartAsync(wire);
        server.Respond(call => _ = way switch
        {
            "refusal" => call.Refuse(400, "invalid_request_error", Leak, ("x-request-id", Leak)),
            "code" => call.Refuse(401, ProviderFixture.Key, Leak),
            "error event" => call.Text(Reply).Raw(ErrorEvent(wire, Leak)),
            "malformed" => call.Text(Reply).Raw(wire is Wire.Ollama ? $"{{{Leak}\n" : $"event: message_start\ndata: {{{Leak}\n\n"),
            "page" => call.Header("Content-Type", "text/html").Raw(Leak),
            "cut" => call.Text(Reply).Cut(),
            _ => call.Text(Reply),
        });
        using var provider = server.Provider(wire);

        var failure = await Assert.ThrowsAsync<ProviderException>(() => provider.Ask().ReadAsync());

        var told = failure + failure.RequestId + string.Concat(failure.Data.Values.Cast<object>());
        Assert.DoesNotContain("canary-KEY", told);
        Assert.DoesNotContain("canary PROMPT", told);
        Assert.DoesNotContain("canary REPLY", told);
        Assert.Null(failure.InnerException);
    }

    private static string ErrorEvent(Wire wire, string message) => wire switch
    {
        Wire.OpenAI => $"data: {{\"error\":{{\"message\":\"{message}\",\"code\":\"{message}\"}}}}\n\n",
        Wire.Anthropic => $"event: error\ndata: {{\"type\":\"error\",\"error\":{{\"type\":\"{message}\",\"message\":\"{message}\"}}}}\n\n",
        _ => $"{{\"error\":\"{message}\"}}\n",
    };
}
