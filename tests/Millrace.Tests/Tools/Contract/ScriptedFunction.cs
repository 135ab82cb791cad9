using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Millrace.Tests.Tools.Contract;

/// <summary>The tool that each source is given, whoever calls it in the end. It answers as the test says.</summary>
internal sealed class ScriptedFunction : AIFunction
{
    private readonly ConcurrentQueue<string> calls = new();
    private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource givenUp = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override string Name => "look_up";

    public override string Description => "Looks something up.";

    public override JsonElement JsonSchema { get; } = JsonElement.Parse(
        """{"type":"object","properties":{"what":{"type":"string","description":"What to look for."}},"required":["what"]}""");

    /// <summary>What a call returns, or fails with.</summary>
    public Func<string, Task<string>> Answer { get; set; } = what => Task.FromResult($"found: {what}");

    /// <summary>What it was called with, in order.</summary>
    public IReadOnlyList<string> Calls => [.. calls];

    /// <summary>Ends when a call has arrived.</summary>
    public Task Begun => begun.Task;

    /// <summary>Ends when a call has been given up by its token.</summary>
    public Task GivenUp => givenUp.Task;

    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        var what = arguments["what"]!.ToString()!;
        calls.Enqueue(what);
        begun.TrySetResult();
        try
        {
            return await Answer(what).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            givenUp.TrySetResult();
            throw;
        }
    }
}
