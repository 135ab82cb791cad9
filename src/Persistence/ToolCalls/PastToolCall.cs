using Millrace.Persistence.Model;

namespace Millrace.Persistence.ToolCalls;

/// <summary>A tool call as readers see it.</summary>
/// <param name="CallId">The call's id, unique in its generation.</param>
/// <param name="Step">Which provider call asked for it, from 1.</param>
/// <param name="Name">The tool.</param>
/// <param name="Arguments">A JSON object as text.</param>
/// <param name="State">One of <see cref="ToolCallState"/>.</param>
/// <param name="Result">What it returned; null while there is no result.</param>
/// <param name="Error">Why there is none; null otherwise.</param>
/// <param name="Executor">Who ran it: a worker's name, or <c>remote</c>.</param>
/// <param name="Attempts">How often it was begun, or sent out.</param>
/// <param name="RequestedAt">When the model asked for it.</param>
/// <param name="StartedAt">When it was begun, or sent out, or somebody was asked for consent.</param>
/// <param name="EndedAt">When it reached a terminal state.</param>
/// <param name="Deadline">Until when an answer is waited for.</param>
public sealed record PastToolCall(
    string CallId, int Step, string Name, string Arguments, string State, string? Result, string? Error,
    string? Executor, int Attempts, DateTimeOffset RequestedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt,
    DateTimeOffset? Deadline);
