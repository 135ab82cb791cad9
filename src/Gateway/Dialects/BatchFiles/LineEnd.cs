using Millrace.Contracts;
using Millrace.Gateway.Errors;
using Millrace.Gateway.Dialects.Errors;

namespace Millrace.Gateway.Dialects.BatchFiles;

/// <summary>How a line has ended; one of the three is there.</summary>
/// <param name="Completed">With an answer.</param>
/// <param name="Failed">By its own failure.</param>
/// <param name="Stopped">By something else than itself, or never begun.</param>
internal readonly record struct LineEnd(GenerationCompleted? Completed = null, Fault? Failed = null, LineError? Stopped = null);
