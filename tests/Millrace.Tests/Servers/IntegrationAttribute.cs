using Xunit.v3;

namespace Millrace.Tests.Servers;

/// <summary>The class needs a server, a child process or the network. <c>./test.sh --unit</c> leaves it out.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class IntegrationAttribute : Attribute, ITraitAttribute
{
    private const string Variable = "MILLRACE_TEST_UNIT";

    /// <inheritdoc/>
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("kind", "integration")];

    /// <summary>Called by what starts something: in a run of unit tests that is a mistake of the test.</summary>
    internal static void Require(string what)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 })
            throw new InvalidOperationException($"This test needs {what}, and it is not marked [Integration]. Mark its class, or test without.");
    }
}
