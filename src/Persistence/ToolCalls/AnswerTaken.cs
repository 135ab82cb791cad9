namespace Millrace.Persistence.ToolCalls;

/// <summary>Whether an answer was the first one, and the generation that can go on because of it.</summary>
public sealed record AnswerTaken(bool Taken, string? Lane);
