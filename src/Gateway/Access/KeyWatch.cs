using Millrace.Dialects.Errors;
using Millrace.Persistence.Access;
using Millrace.Persistence.Commit;

namespace Millrace.Gateway.Access;

/// <summary>
/// Looks at a call's key again while the call is open: a stream can last for hours, and a key that was revoked or has expired ends it. The key ring remembers
/// what it has read, so this costs a question of the database every few seconds for a key, however many streams it has. Not safe for concurrent use.
/// </summary>
internal sealed class KeyWatch(KeyRing keys, string text, TimeProvider time)
{
    /// <summary>How often a stream that is never silent looks.</summary>
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(1);

    /// <summary>A database that is away ends no stream, and holds none up for longer than this.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private long lookedAt = time.GetTimestamp();

    /// <summary>Looks if the last look is a while ago: for what passes between the words of a stream.</summary>
    /// <exception cref="FaultException">The key is no longer valid.</exception>
    public Task LookSometimesAsync(CancellationToken cancellation) => time.GetElapsedTime(lookedAt) < Often ? Task.CompletedTask : LookAsync(cancellation);

    /// <exception cref="FaultException">The key is no longer valid.</exception>
    public async Task LookAsync(CancellationToken cancellation)
    {
        lookedAt = time.GetTimestamp();
        StoredApiKey? key;
        try
        {
            key = await keys.FindAsync(text, address: null, cancellation).WaitAsync(Patience, time, cancellation);
        }
        catch (Exception away) when (away is TimeoutException or DatabaseUnavailableException or FaultException { Fault.Status: 429 })
        {
            return;
        }
        if (KeyState.FaultOf(key) is { } fault) throw new FaultException(fault);
    }
}
