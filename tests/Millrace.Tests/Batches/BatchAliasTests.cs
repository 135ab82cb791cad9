using Millrace.Tests.Embedded;
using Millrace.Tests.Gateway;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Batches;

[Integration]
public sealed class BatchAliasTests : IDisposable
{
    private readonly ScratchFolder folder = new("batches");

    [Fact]
    public async Task A_line_may_name_its_model_as_the_callers_of_the_gateway_do()
    {
        await using var provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
        provider.Respond(call => call.Text("Hello.").Stop());
        await using var worker = await EmbeddedWorker.StartAsync(folder.File("m.db"), provider);
        var desk = new BatchDesk(worker.Services);

        var id = await desk.SubmitAsync(
            ["""{"custom_id":"a","prompt":"x","model":"BEST"}"""],
            batch => batch with { Defaults = new() { Aliases = new Dictionary<string, string> { ["best"] = "good-enough" } } });
        await desk.EndAsync(id);

        Assert.Equal("good-enough", Assert.Single(provider.Calls).Body.Text("model"));
    }

    public void Dispose() => folder.Dispose();
}
