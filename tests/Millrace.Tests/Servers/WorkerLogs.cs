using System.Collections.Concurrent;
using System.Reflection;
using Millrace.Tests.Servers;
using Xunit.v3;

[assembly: ShowWorkerLogs]

namespace Millrace.Tests.Servers;

/// <summary>What the workers of each test collection have logged, so that the report of a test that failed can hold it.</summary>
internal static class WorkerLogs
{
    private static readonly ConcurrentDictionary<ProcessOutput, Log> All = new();

    public static void Begin(ProcessOutput output, string name) => All[output] = new(name, Collection);

    /// <summary>The worker is gone. Its lines are kept until its test has ended.</summary>
    public static void End(ProcessOutput output)
    {
        if (All.TryGetValue(output, out var log)) log.HasEnded = true;
    }

    /// <summary>The last lines of each worker of the present test's collection.</summary>
    public static IEnumerable<string> OfThisCollection() =>
        Mine().Where(entry => entry.Key.Lines.Count > 0).Select(entry => $"{entry.Value.Name}, its last lines:\n{entry.Key.Tail(40)}");

    public static void Forget()
    {
        foreach (var (output, _) in Mine().Where(entry => entry.Value.HasEnded)) All.TryRemove(output, out _);
    }

    private static string? Collection => TestContext.Current.TestCollection?.UniqueID;

    private static List<KeyValuePair<ProcessOutput, Log>> Mine() => [.. All.Where(entry => entry.Value.Collection == Collection)];

    private sealed record Log(string Name, string? Collection)
    {
        public bool HasEnded { get; set; }
    }
}

/// <summary>Puts the workers' last lines into the report of each test that failed.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class ShowWorkerLogsAttribute : BeforeAfterTestAttribute
{
    /// <inheritdoc/>
    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
            foreach (var log in WorkerLogs.OfThisCollection()) TestContext.Current.TestOutputHelper?.WriteLine(log);
        WorkerLogs.Forget();
    }
}
