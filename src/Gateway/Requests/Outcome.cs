using System.Diagnostics.CodeAnalysis;
using Millrace.Contracts;
using Millrace.Dialects.Errors;

namespace Millrace.Gateway.Requests;

/// <summary>An answer, or why there is none.</summary>
internal sealed class Outcome
{
    public Outcome(GenerationCompleted completed) => Completed = completed;

    public Outcome(Fault fault) => Fault = fault;

    public GenerationCompleted? Completed { get; }

    public Fault? Fault { get; }

    [MemberNotNullWhen(true, nameof(Fault))]
    [MemberNotNullWhen(false, nameof(Completed))]
    public bool IsFault => Fault is not null;
}
