using Millrace.Contracts;
using Millrace.Dialects.Errors;

namespace Millrace.Dialects.BatchFiles;

/// <summary>How a line has ended; one of the three is there.</summary>
/// <param name="Completed">With an answer.</param>
/// <param name="Failed">By its own failure.</param>
/// <param name="Stopped">By something else than itself, or never begun.</param>
public readonly record struct LineEnd(GenerationCompleted? Completed = null, Fault? Failed = null, LineError? Stopped = null);
