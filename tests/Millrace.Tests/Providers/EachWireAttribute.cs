using System.Reflection;
using Millrace.Tests.ScriptedProviders;
using Xunit.Sdk;
using Xunit.v3;

namespace Millrace.Tests.Providers;

/// <summary>Runs a theory once for each wire.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EachWireAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. Enum.GetValues<Wire>().Select(wire => new TheoryDataRow<Wire>(wire))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
