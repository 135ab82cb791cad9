using System.ComponentModel;

namespace Millrace.Gateway.Native;

/// <summary>What is wrong with a batch's file.</summary>
internal sealed record BatchFaultView(
    [property: Description("A word for programs: duplicate_custom_id.")] string Code,
    [property: Description("A sentence for people.")] string Message,
    [property: Description("Which line, from 1. Absent: the whole file.")] long? Line,
    [property: Description("Which of its fields. Absent: the whole line.")] string? Param);
