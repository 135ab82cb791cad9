using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Millrace.Persistence.Access;

namespace Millrace.Gateway.Access;

/// <summary>
/// Finds keys. One that was right is remembered for a few seconds, by the hash of its text: so long a revocation may take. One that nobody has stays nobody's,
/// so it is remembered for longer; others like it are looked for a few at a time, each once for all calls that bring it, and from one address so many a minute.
/// </summary>
internal sealed class KeyRing(ApiKeyStore store, UnknownKeys unknown, TimeProvider time) : IDisposable
{
    /// <summary>How late a revocation takes effect, at most.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromSeconds(5);

    /// <summary>How long a key that nobody has is not looked for again: somebody may restore a database that has it.</summary>
    internal static readonly TimeSpan Nobodys = TimeSpan.FromMinutes(1);

    private const int Most = 10_000;

    /// <summary>Looks for keys that were never right here, at a time: the other connections to the database are for those who have one.</summary>
    private const int Looks = 4;

    private static readonly byte[] Nobody = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);

    private readonly ConcurrentDictionary<string, (StoredApiKey Key, long ReadAt)> recent = [];
    private readonly ConcurrentDictionary<string, long> wrong = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StoredApiKey?>> looking = [];
    private readonly SemaphoreSlim line = new(Looks);

    /// <summary>The key of that text, valid or not any more; null if there is none.</summary>
    /// <param name="text">As it was sent.</param>
    /// <param name="address">Where it comes from.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="Errors.FaultException">Too many that nobody has came from there.</exception>
    public async Task<StoredApiKey?> FindAsync(string text, IPAddress? address, CancellationToken cancellation)
    {
        if (ApiKeySecret.PrefixOf(text) is not { } prefix) return null;
        var hash = ApiKeySecret.HashOf(text);
        var name = Convert.ToHexString(hash);
        var wasRight = recent.TryGetValue(name, out var known);
        if (wasRight && time.GetElapsedTime(known.ReadAt) < Remembered) return known.Key;
        if (wasRight) return await ReadAsync(prefix, hash, name, cancellation);
        if (wrong.TryGetValue(name, out var since) && time.GetElapsedTime(since) < Nobodys) return null;
        var mine = new TaskCompletionSource<StoredApiKey?>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!looking.TryAdd(name, mine))
        {
            // Somebody looks for it already: that is one look, and counts once
            return looking.TryGetValue(name, out var other)
                ? await other.Task.WaitAsync(cancellation)
                : await FindAsync(text, address, cancellation);
        }
        _ = LookAsync(prefix, hash, name, address, mine);
        return await mine.Task.WaitAsync(cancellation);
    }

    public void Dispose() => line.Dispose();

    /// <summary>One look for all that bring the same text; it does not end with the call that began it.</summary>
    private async Task LookAsync(string prefix, byte[] hash, string name, IPAddress? address, TaskCompletionSource<StoredApiKey?> answer)
    {
        try
        {
            answer.SetResult(await CountedAsync(prefix, hash, name, address));
        }
        catch (Exception fault) // whoever waits is told of it
        {
            answer.SetException(fault);
            _ = answer.Task.Exception; // also when all have gone
        }
        finally
        {
            looking.TryRemove(name, out _);
        }
    }

    private async Task<StoredApiKey?> CountedAsync(string prefix, byte[] hash, string name, IPAddress? address)
    {
        unknown.Enter(address);
        var isNobodys = false;
        await line.WaitAsync(CancellationToken.None);
        try
        {
            var found = await ReadAsync(prefix, hash, name, CancellationToken.None);
            isNobodys = found is null;
            if (isNobodys) Remember(wrong, name, time.GetTimestamp());
            return found;
        }
        finally
        {
            line.Release();
            if (!isNobodys) unknown.Leave(address); // it is somebody's, or the database did not say
        }
    }

    /// <summary>With the same work whether anything begins so or not.</summary>
    private async Task<StoredApiKey?> ReadAsync(string prefix, byte[] hash, string name, CancellationToken cancellation)
    {
        var readAt = time.GetTimestamp(); // before the question: what is changed while it is on its way counts from here
        var found = await store.FindAsync(prefix, cancellation);
        if (!CryptographicOperations.FixedTimeEquals(hash, found?.Hash ?? Nobody))
        {
            recent.TryRemove(name, out _);
            return null;
        }
        Remember(recent, name, (found!, readAt));
        return found;
    }

    private static void Remember<T>(ConcurrentDictionary<string, T> memory, string name, T value)
    {
        if (memory.Count >= Most) memory.Clear();
        memory[name] = value;
    }
}
