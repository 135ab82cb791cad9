using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Millrace.Tests.Tools.Contract;

/// <summary>Runs a theory once for each source of tools, by the name of its type.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EachSourceAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. SourceUnderTest.Names.Select(name => new TheoryDataRow<string>(name))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
