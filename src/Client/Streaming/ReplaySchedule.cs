namespace Millrace.Client.Streaming;

/// <summary>
/// When one reader asks for a replay. A gap: at once, again whenever the reader has got further, else after <c>retry</c>. Silence: after
/// <c>silence</c>, doubling up to <c>longest</c>. Pure: times are given.
/// </summary>
internal sealed class ReplaySchedule(TimeSpan now, TimeSpan retry, TimeSpan silence, TimeSpan longest)
{
    private long askedAfter = -1;
    private TimeSpan retryAt;
    private readonly TimeSpan firstPause = silence;
    private TimeSpan pause = silence;
    private TimeSpan silentAt = now + silence;

    /// <summary>Something new came of the generation.</summary>
    public void Heard(TimeSpan now)
    {
        pause = firstPause;
        silentAt = now + firstPause;
    }

    /// <summary>Ask at the next opportunity: events may have passed unheard.</summary>
    public void AskNow(TimeSpan now)
    {
        askedAfter = -1;
        silentAt = now;
    }

    /// <summary>Ask after the retry time, without backing off.</summary>
    public void AskAgain(TimeSpan now) => silentAt = now + retry;

    /// <summary>True when it is time to ask; the question is then counted as asked.</summary>
    public bool TryAsk(TimeSpan now, long? missingAfter)
    {
        if (missingAfter is { } after && (after != askedAfter || now >= retryAt))
        {
            askedAfter = after;
            retryAt = now + retry;
            return true;
        }

        if (missingAfter is not null || now < silentAt)
            return false;
        silentAt = now + pause;
        pause = pause * 2 < longest ? pause * 2 : longest;
        return true;
    }
}
