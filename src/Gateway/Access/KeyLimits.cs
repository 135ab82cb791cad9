using Millrace.Dialects.Errors;
using Millrace.Persistence.Access;

namespace Millrace.Gateway.Access;

/// <summary>Counts a generation against its caller's key, or says which limit is in the way.</summary>
internal sealed class KeyLimits(ApiKeyUseStore uses)
{
    /// <exception cref="FaultException">A limit is reached.</exception>
    public async Task UseAsync(Caller caller, Guid generation, CancellationToken cancellation)
    {
        if (caller.KeyId is not { } key) return;
        if (!caller.IsLimited)
        {
            await uses.NoteAsync(key, generation, cancellation);
            return;
        }
        caller.Use = await uses.UseAsync(key, generation, cancellation);
        if (caller.Use.Full is { } full) throw new FaultException(Full(full, caller.Use));
    }

    private static Fault Full(KeyLimit limit, KeyUse use)
    {
        var standing = (limit switch { KeyLimit.Requests => use.Requests, KeyLimit.Tokens => use.Tokens, _ => use.Concurrent })!;
        var seconds = Math.Max(1, Math.Ceiling(standing.Free.TotalSeconds));
        var message = limit switch
        {
            KeyLimit.Requests => $"The API key's limit of {standing.Limit} requests a minute is reached. Try again in {seconds} s, or use a key with a higher limit.",
            KeyLimit.Tokens => $"The API key's limit of {standing.Limit} tokens a minute is reached: its generations of the last minute had {standing.Used}. Try again in {seconds} s, or use a key with a higher limit.",
            _ => $"The API key's limit of {standing.Limit} generations at a time is reached. Wait until one ends, or cancel one, or use a key with a higher limit.",
        };
        return new(429, "rate_limit_exceeded", message) { RetryAfter = standing.Free };
    }
}
