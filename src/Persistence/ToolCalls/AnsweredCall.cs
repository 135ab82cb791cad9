namespace Millrace.Persistence.ToolCalls;

/// <summary>A call that somebody answers: its tool, its state, and the step it belongs to.</summary>
public sealed record AnsweredCall(string Name, string State, int Step);
