using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Millrace.Tests.Providers.Contract;

/// <summary>Runs a theory once for each kind of the list, by its name.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EachKindAttribute : DataAttribute
{
    /// <summary>Leave out what runs in this process.</summary>
    public bool WithServer { get; init; }

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) => new(
    [
        .. KindUnderTest.All.All
            .Where(kind => kind.HasServer || !WithServer)
            .Select(kind => new TheoryDataRow<string>(kind.Name)),
    ]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
