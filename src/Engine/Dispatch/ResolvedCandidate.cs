using System.Diagnostics.CodeAnalysis;
using Millrace.Engine.Failures;
using Millrace.Persistence.Generations;
using Millrace.Providers.Failures;
using Millrace.Providers.Registry;

namespace Millrace.Engine.Dispatch;

/// <summary>A candidate of a request with its provider, or why there is none.</summary>
public sealed record ResolvedCandidate
{
    public ResolvedCandidate(Candidate candidate, Provider provider) => (Candidate, Provider) = (candidate, provider);

    public ResolvedCandidate(Failure failure) => Failure = failure;

    public Candidate? Candidate { get; }

    public Provider? Provider { get; }

    public Failure? Failure { get; }

    [MemberNotNullWhen(true, nameof(Candidate), nameof(Provider))]
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool Found => Provider is not null;

    /// <summary>For a request that has been admitted: its candidates were there then.</summary>
    /// <exception cref="GenerationException">The settings have changed since.</exception>
    public (Candidate Candidate, Provider Provider) Required() => Found ? (Candidate, Provider) : throw new GenerationException(Failure);
}
