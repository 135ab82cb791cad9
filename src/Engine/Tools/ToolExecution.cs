using Microsoft.Extensions.AI;
using Millrace.Contracts;

namespace Millrace.Engine.Tools;

/// <summary>How a call of a tool is made: one of the two.</summary>
public abstract record ToolExecution
{
    private ToolExecution()
    {
    }

    /// <summary>
    /// This process makes the call, while the generation keeps its slot. The token of the call fires when its time limit is over, the generation is
    /// cancelled or the worker stops; a function that ignores it is not waited for. What it throws is told to the model.
    /// </summary>
    public sealed record InProcess(AIFunction Function) : ToolExecution;

    /// <summary>
    /// Another process makes the call. <see cref="ToolCallRequested"/> asks it, and <see cref="ToolCallCompleted"/> brings the answer, at any later time
    /// within the limit. The generation is parked meanwhile.
    /// </summary>
    public sealed record Outside : ToolExecution;
}
