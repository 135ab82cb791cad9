using MassTransit;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Millrace.Client.Errors;
using Millrace.Contracts;
using Millrace.Engine.Composition;
using Millrace.Engine.Settings;
using Millrace.Engine.Tools;
using Millrace.Tests.Embedded;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;
using static Millrace.Tests.Tools.ToolTalk;

namespace Millrace.Tests.Tools;

/// <summary>A source of tools that is not one of ours: one class, and the line that registers it.</summary>
[Integration]
public sealed class OwnSourceTests : IAsyncLifetime
{
    private readonly ScratchFolder folder = new("source");
    private ScriptedProvider provider = null!;

    public async ValueTask InitializeAsync() => provider = await ScriptedProvider.StartAsync(Wire.OpenAI);

    [Fact]
    public async Task Its_tool_is_called_in_this_process_for_as_long_as_it_gives_it()
    {
        provider.Respond(call => CallThenTell(call, ("shelve", "4711")));
        await using var worker = await EmbeddedWorker.StartWithAsync(folder.File("m.db"), provider, services => services.AddToolSource<Library>());
        var library = worker.Services.GetRequiredService<Library>();

        var answer = await Until.DoneAsync(worker.Client.GenerateAsync(Ask("Where is 4711?", "shelve") with { Tenant = "acme" }));
        library.IsOpen = false;
        var refused = await Assert.ThrowsAsync<GenerationFailedException>(
            () => Until.DoneAsync(worker.Client.GenerateAsync(Ask("And 4712?", "shelve"))));

        Assert.Equal("The desk said: 4711 stands for acme", answer.Text);
        Assert.Equal("Tools names 'shelve', which the fleet does not have. It has none.", refused.Failed.Message);
    }

    [Fact]
    public async Task Its_tool_is_called_outside_and_whoever_makes_the_call_answers_later()
    {
        provider.Respond(call => CallThenTell(call, ("print", "4711")));
        await using var worker = await EmbeddedWorker.StartWithAsync(folder.File("m.db"), provider, services => services.AddToolSource<Printer>());

        await using var generation = worker.Client.StreamAsync(Ask("Print 4711.", "print"));
        await Until.EqualAsync("parked", () => worker.QueryAsync<string>("SELECT coalesce(max(state), '') FROM generations"));
        var call = await worker.QueryAsync<string>("SELECT call_id FROM tool_calls");
        await worker.Services.GetRequiredService<IBus>().Publish(
            new ToolCallCompleted { GenerationId = generation.GenerationId, CallId = call, Result = "printed" }, TestContext.Current.CancellationToken);

        Assert.Equal("The desk said: printed", (await Until.DoneAsync(generation.Completion)).Text);
    }

    public async ValueTask DisposeAsync()
    {
        await provider.DisposeAsync();
        folder.Dispose();
    }

    private sealed class Library : IToolSource
    {
        private readonly Tool shelve = Tool.Of(
            AIFunctionFactory.Create((string what) => $"{what} stands for {ToolCallContext.Current!.Tenant}", "shelve"), new ToolOptions());

        public bool IsOpen { get; set; } = true;

        public ValueTask<IReadOnlyList<Tool>> ToolsAsync(CancellationToken cancellation) => new(IsOpen ? [shelve] : Array.Empty<Tool>());
    }

    private sealed class Printer : IToolSource
    {
        private readonly Tool print = new("print", "Prints a page.", Tool.Schema(null), new ToolOptions(), new ToolExecution.Outside());

        public ValueTask<IReadOnlyList<Tool>> ToolsAsync(CancellationToken cancellation) => new([print]);
    }
}
