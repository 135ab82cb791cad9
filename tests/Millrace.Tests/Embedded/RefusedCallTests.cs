using System.Collections.Concurrent;
using System.Net;
using System.Runtime.ExceptionServices;
using Millrace.Client.Errors;
using Millrace.Contracts;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Embedded;

/// <summary>A call that the provider refuses, from its answer to the caller's: a value on its way, not an exception in every await.</summary>
[Integration]
public sealed class RefusedCallTests : IAsyncLifetime
{
    private const string Refusal = """{"error":{"message":"Only 1 is supported.","type":"invalid_request_error","param":"temperature","code":"unsupported_value"}}""";

    private readonly string model = $"m-{Guid.NewGuid():N}";
    private readonly ScratchFolder folder = new("provider");
    private ScriptedProvider provider = null!;

    public async ValueTask InitializeAsync()
    {
        provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
        provider.Respond(call => call.RefuseWith(400, Refusal));
    }

    [Fact]
    public async Task Its_failure_tells_why_and_only_the_callers_await_throws_it()
    {
        await using var worker = await EmbeddedWorker.StartAsync(folder.File("m.db"), provider, ("Millrace:Providers:scripted:ErrorMessages", "Caller"));

        var thrown = await ThrownAsync(async () =>
        {
            var request = new GenerateRequested { GenerationId = Guid.CreateVersion7(), Prompt = "?", Model = $"scripted/{model}" };
            var failed = (await Assert.ThrowsAsync<GenerationFailedException>(() => worker.Client.GenerateAsync(request, TestContext.Current.CancellationToken))).Failed;
            Assert.Equal((FailureReason.InvalidRequest, "unsupported_value", "temperature"), (failed.Reason, failed.ProviderCode, failed.ProviderParam));
            Assert.Contains("It said: \"Only 1 is supported.\"", failed.Message, StringComparison.Ordinal);
        });

        Assert.All(thrown, type => Assert.Equal(typeof(GenerationFailedException), type));
        Assert.NotEmpty(thrown);
    }

    /// <summary>A stream's reader throws its failure, as its contract is; the gateway does not throw it on.</summary>
    [Theory]
    [InlineData("/generate", """{"prompt":"?","model":"MODEL"}""", 0)]
    [InlineData("/v1/chat/completions", """{"messages":[{"role":"user","content":"?"}],"model":"MODEL"}""", 0)]
    [InlineData("/v1/responses", """{"input":"?","model":"MODEL"}""", 0)]
    [InlineData("/stream", """{"prompt":"?","model":"MODEL"}""", 4)]
    [InlineData("/v1/chat/completions", """{"messages":[{"role":"user","content":"?"}],"model":"MODEL","stream":true}""", 4)]
    public async Task A_gateway_answers_it_without_throwing(string path, string body, int most)
    {
        await using var worker = await LocalWorker.StartAsync(settings: new Dictionary<string, string?>
        {
            ["Millrace__Providers__scripted__Endpoint"] = provider.Endpoint.ToString(),
            ["Millrace__Providers__scripted__ApiKey"] = "sk-refused",
        });
        using var http = new HttpClient { BaseAddress = worker.Url };

        var thrown = await ThrownAsync(async () =>
        {
            using var content = new StringContent(body.Replace("MODEL", $"scripted/{model}", StringComparison.Ordinal), null, "application/json");
            using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), content);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains("unsupported_value", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        });

        Assert.True(thrown.Count <= most, string.Join(", ", thrown));
    }

    public async ValueTask DisposeAsync()
    {
        await provider.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>What is thrown anywhere in this process with the name of this test's model in its message.</summary>
    private async Task<IReadOnlyCollection<Type>> ThrownAsync(Func<Task> action)
    {
        var thrown = new ConcurrentBag<Type>();
        void Count(object? sender, FirstChanceExceptionEventArgs raised)
        {
            if (raised.Exception.Message.Contains(model, StringComparison.Ordinal)) thrown.Add(raised.Exception.GetType());
        }
        AppDomain.CurrentDomain.FirstChanceException += Count;
        try
        {
            await action();
            return thrown;
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Count;
        }
    }
}
