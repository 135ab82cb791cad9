namespace Millrace.Tests.Tools.Contract;

/// <summary>What came of a call, as the stream tells it.</summary>
internal sealed record ToolOutcome(string Text, bool IsError);
