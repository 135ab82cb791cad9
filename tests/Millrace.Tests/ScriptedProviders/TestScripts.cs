using System.Collections.Concurrent;
using System.Reflection;
using Millrace.Tests.ScriptedProviders;
using Xunit.v3;

[assembly: EndTestScripts]

namespace Millrace.Tests.ScriptedProviders;

/// <summary>A provider that many tests share must not go on with what the one before had said: that test's "401" would fail the next one.</summary>
internal static class TestScripts
{
    private static readonly ConcurrentDictionary<string, ConcurrentQueue<Action>> Ends = new();

    /// <summary>Whether there is a test now, at whose end <paramref name="end"/> is called; false while a fixture starts.</summary>
    public static bool EndWithThisTest(Action end)
    {
        if (TestContext.Current.Test is not { } test) return false;

        Ends.GetOrAdd(test.UniqueID, _ => new()).Enqueue(end);
        return true;
    }

    public static void End(string test)
    {
        if (!Ends.TryRemove(test, out var ends)) return;
        foreach (var end in ends) end();
    }
}

/// <summary>Ends what a test has said to the providers that outlive it.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class EndTestScriptsAttribute : BeforeAfterTestAttribute
{
    /// <inheritdoc/>
    public override void After(MethodInfo methodUnderTest, IXunitTest test) => TestScripts.End(test.UniqueID);
}
