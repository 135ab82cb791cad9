using Microsoft.Extensions.Time.Testing;
using Millrace.Contracts;
using Millrace.Providers.Failures;
using Millrace.Providers.Registry;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Providers;

[Integration]
public sealed class RegistryTests
{
    [Theory]
    [InlineData(null, null, "openai", "openai", "gpt-x")]
    [InlineData(null, "m", "openai", "openai", "m")]
    [InlineData("OpenAI", "m", "simulated", "openai", "m")]
    [InlineData(null, "openai/m", "simulated", "openai", "m")]
    [InlineData(null, "openai/", "simulated", "openai", "gpt-x")]
    [InlineData(null, "huggingface/meta/llama", "openai", "huggingface", "meta/llama")]
    [InlineData(null, "meta/llama", "openai", "openai", "meta/llama")]
    [InlineData("huggingface", "openai/gpt-oss", "openai", "huggingface", "openai/gpt-oss")]
    [InlineData("simulated", "a/b", "openai", "simulated", "a/b")]
    [InlineData(null, null, "simulated", "simulated", "default")]
    public void A_request_means(string? provider, string? model, string defaultProvider, string expectedProvider, string expectedModel)
    {
        using var registry = Registry();
        var choice = registry.Resolve(provider, model, defaultProvider);

        Assert.True(choice.Found, choice.Problem);
        Assert.Equal((expectedProvider, expectedModel), (choice.Provider.Name, choice.Model));
    }

    [Theory]
    [InlineData("opnai", "m", "openai", FailureReason.UnknownProvider, "Provider 'opnai' is not configured. Configured: huggingface, openai, simulated.")]
    [InlineData(null, "opnai/m", "simulated", FailureReason.UnknownProvider, "Provider 'opnai' is not configured. Configured: huggingface, openai, simulated.")]
    [InlineData(null, "m", "gone", FailureReason.UnknownProvider, "Provider 'gone' is not configured. Configured: huggingface, openai, simulated.")]
    [InlineData("huggingface", null, "openai", FailureReason.InvalidRequest, "Provider 'huggingface' has no DefaultModel and the request names no model: set model, or Millrace:Providers:huggingface:DefaultModel.")]
    public void A_request_that_means_nothing_is_told_the_choices(string? provider, string? model, string defaultProvider, FailureReason reason, string problem)
    {
        using var registry = Registry();
        var choice = registry.Resolve(provider, model, defaultProvider);

        Assert.Equal((false, reason, problem), (choice.Found, choice.Reason!.Value, choice.Problem));
    }

    [Fact]
    public async Task A_probe_tells_what_is_wrong()
    {
        await using var server = await ScriptedProvider.StartAsync(Wire.OpenAI);
        server.ProbeStatus = 401;
        using var refused = server.Provider(Wire.OpenAI);
        using var unreachable = ProviderFixture.Provider(new Uri("http://127.0.0.1:1/"), Wire.Ollama);
        using var keyless = ProviderFixture.Provider(new Uri("https://api.openai.com/v1"), Wire.OpenAI, options => options.ApiKey = null);

        Assert.Contains("401", (await refused.ProbeAsync(TestContext.Current.CancellationToken)).Problem);
        Assert.Contains("cannot be reached", (await unreachable.ProbeAsync(TestContext.Current.CancellationToken)).Problem);
        Assert.Contains("OPENAI_API_KEY", (await keyless.ProbeAsync(TestContext.Current.CancellationToken)).Problem);
        Assert.Equal(FailureReason.Authentication, Assert.Throws<ProviderException>(() => keyless.Ask()).Reason);
    }

    [Fact]
    public async Task A_probe_gives_up_after_five_seconds()
    {
        var time = new FakeTimeProvider();
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        using var provider = ProviderFixture.Provider(new Uri($"http://{silent.LocalEndpoint}/"), Wire.Ollama, time: time);
        var probing = provider.ProbeAsync(TestContext.Current.CancellationToken);
        using var connection = await silent.AcceptSocketAsync(TestContext.Current.CancellationToken);

        time.Advance(TimeSpan.FromSeconds(5));

        var probe = await Until.DoneAsync(probing);
        Assert.Contains("did not answer within 5 s", probe.Problem);
        Assert.Equal(TimeSpan.FromSeconds(5), probe.Took);
    }

    private static ProviderRegistry Registry() => new(
        new Dictionary<string, ConfiguredProvider>
        {
            ["openai"] = new(ShippedKind.OpenAI, new() { Endpoint = new("http://x/v1"), DefaultModel = "gpt-x" }),
            ["huggingface"] = new(ShippedKind.HuggingFace, new() { Endpoint = new("http://y/v1") }),
            ["simulated"] = new(ShippedKind.Simulated, new() { DefaultModel = "default" }),
        },
        TimeProvider.System);
}
