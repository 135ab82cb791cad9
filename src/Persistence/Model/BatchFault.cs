namespace Millrace.Persistence.Model;

/// <summary>What is wrong with a batch's file.</summary>
/// <param name="Code">A word for programs: <c>duplicate_custom_id</c>.</param>
/// <param name="Message">A sentence for people.</param>
/// <param name="Line">Which line, from 1; absent if it is the whole file.</param>
/// <param name="Param">Which of its fields.</param>
public sealed record BatchFault(string Code, string Message, long? Line = null, string? Param = null);
