using System.Collections.Concurrent;

namespace Millrace.Providers.Simulated;

/// <summary>Counts how often the same messages have failed, so that a retry can succeed.</summary>
internal sealed class SimulatedFailures
{
    private const int MostRemembered = 10_000;

    private readonly ConcurrentDictionary<(ulong Messages, string Model), int> failed = new();

    /// <summary>True when these messages are to fail once more.</summary>
    public bool IsDue(ulong messages, string model, int times)
    {
        if (times == int.MaxValue) return true;
        if (failed.Count > MostRemembered) failed.Clear(); // those who never came back for their success
        var count = failed.AddOrUpdate((messages, model), 1, static (_, before) => before + 1);
        if (count <= times) return true;
        failed.TryRemove((messages, model), out _);
        return false;
    }
}
