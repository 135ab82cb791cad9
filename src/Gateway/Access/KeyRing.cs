using System.Collections.Concurrent;
using System.Security.Cryptography;
using Millrace.Persistence;

namespace Millrace.Gateway.Access;

/// <summary>
/// Finds keys. One that was right is remembered for a few seconds, by the hash of its text: so long a revocation may take. What was wrong is looked up each
/// time, with the same work whether anything begins so or not.
/// </summary>
internal sealed class KeyRing(ApiKeyStore store, TimeProvider time)
{
    /// <summary>How late a revocation takes effect, at most.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromSeconds(5);

    private const int Most = 10_000;

    private static readonly byte[] Nobody = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);

    private readonly ConcurrentDictionary<string, (StoredApiKey Key, long ReadAt)> recent = [];

    /// <summary>The key of that text, valid or not any more; null if there is none.</summary>
    public async Task<StoredApiKey?> FindAsync(string text, CancellationToken cancellation)
    {
        if (ApiKeySecret.PrefixOf(text) is not { } prefix) return null;
        var hash = ApiKeySecret.HashOf(text);
        var name = Convert.ToHexString(hash);
        if (recent.TryGetValue(name, out var known) && time.GetElapsedTime(known.ReadAt) < Remembered) return known.Key;
        var readAt = time.GetTimestamp(); // before the question: what is changed while it is on its way counts from here
        var found = await store.FindAsync(prefix, cancellation);
        if (!CryptographicOperations.FixedTimeEquals(hash, found?.Hash ?? Nobody)) return null;
        if (recent.Count >= Most) recent.Clear();
        recent[name] = (found!, readAt);
        return found;
    }
}
