using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Millrace.Client;
using Millrace.Contracts;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;
using Xunit;

namespace Millrace.Tests.Embedded;

/// <summary>A call that the provider refuses, from its answer to the caller's.</summary>
[Integration]
public sealed class RefusedCallTests
{
    [Fact]
    public async Task Its_failure_tells_why_and_is_no_exception_in_every_await_of_the_worker()
    {
        var model = $"m-{Guid.NewGuid():N}";
        var thrown = new ConcurrentBag<Type>();
        void Count(object? sender, FirstChanceExceptionEventArgs raised)
        {
            if (raised.Exception.Message.Contains(model, StringComparison.Ordinal)) thrown.Add(raised.Exception.GetType());
        }
        using var folder = new ScratchFolder("provider");
        await using var provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
        provider.Respond(call => call.RefuseWith(400, """{"error":{"message":"Only 1 is supported.","type":"invalid_request_error","param":"temperature","code":"unsupported_value"}}"""));
        await using var worker = await EmbeddedWorker.StartAsync(folder.File("m.db"), provider, ("Millrace:Providers:scripted:ErrorMessages", "Caller"));
        AppDomain.CurrentDomain.FirstChanceException += Count;
        try
        {
            var failed = (await Assert.ThrowsAsync<GenerationFailedException>(() => worker.Client.GenerateAsync(new GenerateRequested
            {
                GenerationId = Guid.CreateVersion7(),
                Prompt = "?",
                Model = $"scripted/{model}",
            }, TestContext.Current.CancellationToken))).Failed;

            Assert.Equal((FailureReason.InvalidRequest, "unsupported_value", "temperature"), (failed.Reason, failed.ProviderCode, failed.ProviderParam));
            Assert.Contains("It said: \"Only 1 is supported.\"", failed.Message, StringComparison.Ordinal);
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Count;
        }
        Assert.All(thrown, type => Assert.Equal(typeof(GenerationFailedException), type)); // to the caller; on its way through the worker it is a value
        Assert.NotEmpty(thrown);
    }
}
