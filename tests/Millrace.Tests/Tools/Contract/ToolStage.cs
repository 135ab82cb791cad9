using Microsoft.Extensions.DependencyInjection;
using Millrace.Client.Streaming;
using Millrace.Contracts;
using Millrace.Engine.Tools;
using Millrace.Tests.Embedded;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;
using static Millrace.Tests.Tools.ToolTalk;

namespace Millrace.Tests.Tools.Contract;

/// <summary>A worker that has one tool, by the source that is tested, and a model that calls it once.</summary>
internal sealed class ToolStage : IAsyncDisposable
{
    public const string What = "hello";

    private readonly ScratchFolder folder = new("sources");
    private IToolSource listed = null!;

    private ToolStage(SourceUnderTest source, ScriptedProvider provider) => (Source, Provider) = (source, provider);

    public SourceUnderTest Source { get; }

    public ScriptedFunction Function { get; } = new();

    public ScriptedProvider Provider { get; }

    public EmbeddedWorker Worker { get; private set; } = null!;

    /// <summary>With settings of the tool, below <c>Millrace:Tools</c>. When this ends, the source has the tool.</summary>
    public static async Task<ToolStage> StartAsync(string source, params (string Name, string Value)[] ofTool)
    {
        var stage = await StartBesideAsync(source, _ => { }, ofTool);
        await stage.UntilListedAsync();
        return stage;
    }

    /// <summary>With further services, behind those of the worker and of the source. Whether the source has the tool is for the test to ask.</summary>
    public static async Task<ToolStage> StartBesideAsync(
        string source, Action<IServiceCollection> add, params (string Name, string Value)[] ofTool)
    {
        var stage = new ToolStage(SourceUnderTest.Create(source), await ScriptedProvider.StartAsync(Wire.OpenAI));
        await stage.OpenAsync(source, add, ofTool);
        return stage;
    }

    /// <summary>Ends when the source has the tool.</summary>
    public Task UntilListedAsync() => Until.TrueAsync(
        async () => (await listed.ToolsAsync(CancellationToken.None)).Any(tool => tool.Name == Function.Name),
        "the source to have the tool");

    public GenerateRequested Request() => Ask($"Look up {What}.", Function.Name);

    /// <summary>The model calls the tool in a generation that completes.</summary>
    public async Task<ToolOutcome> CallAsync(string? arguments = null)
    {
        Provider.Respond(call =>
        {
            if (ResultsIn(call).Count > 0) call.Text("Thanks.").Stop();
            else call.ToolCall(Function.Name, arguments ?? Arguments(What)).Finish("tool_calls");
        });
        await using var stream = Worker.Client.StreamAsync(Request());
        return await Until.DoneAsync(OutcomeAsync(stream), "the generation to complete");
    }

    /// <summary>The model will call the tool and then say what came of it; nothing is waited for.</summary>
    public GenerationStream Begin()
    {
        Provider.Respond(call => CallThenTell(call, (Function.Name, What)));
        return Worker.Client.StreamAsync(Request());
    }

    /// <summary>Ends when the only call that there is has come into the state, with its id.</summary>
    public Task<string> CallIdInAsync(string state) => Until.FitsAsync(
        async () => await Worker.QueryAsync<long>($"SELECT count(*) FROM tool_calls WHERE state = '{state}'") == 1
            ? await Worker.QueryAsync<string>("SELECT call_id FROM tool_calls")
            : "",
        id => id.Length > 0,
        $"the call to be {state}");

    public async ValueTask DisposeAsync()
    {
        await Worker.DisposeAsync();
        await Source.DisposeAsync();
        await Provider.DisposeAsync();
        folder.Dispose();
    }

    private static async Task<ToolOutcome> OutcomeAsync(IAsyncEnumerable<ChunkProduced> stream)
    {
        ToolOutcome? outcome = null;
        await foreach (var chunk in stream)
        {
            if (chunk.Kind == ChunkKind.ToolResult) outcome = new(chunk.Text!, chunk.IsError is true);
        }
        return outcome!;
    }

    private async Task OpenAsync(string source, Action<IServiceCollection> add, (string Name, string Value)[] ofTool)
    {
        var tools = new LocalTools();
        var settings = await Source.StartAsync(Function);
        Worker = await EmbeddedWorker.StartWithAsync(
            folder.File("m.db"),
            Provider,
            tools,
            services =>
            {
                Source.Add(Function, tools, services);
                add(services);
            },
            [.. settings, .. ofTool.Select(setting => ($"Millrace:Tools:{Function.Name}:{setting.Name}", setting.Value))]);
        listed = Worker.Services.GetServices<IToolSource>().First(registered => registered.GetType().Name == source);
    }
}
