using Millrace.Contracts;

namespace Millrace.Providers.Registry;

/// <summary>What a request's provider and model come to: the first two, or else the last two.</summary>
public sealed record ProviderChoice(Provider? Provider, string? Model, FailureReason? Reason, string? Problem)
{
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(true, nameof(Provider), nameof(Model))]
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(false, nameof(Reason), nameof(Problem))]
    public bool Found => Provider is not null;
}
