namespace Millrace.Client.Streaming;

/// <summary>
/// When one reader asks for a replay. A gap: at once, again whenever the reader has got further, else after <c>retry</c>. Silence: after
/// <c>silence</c>, doubling up to <c>longest</c>. Pure: times are given.
/// </summary>
internal sealed class ReplaySchedule(TimeSpan now, TimeSpan retry, TimeSpan silence, TimeSpan longest)
{
    private long _askedAfter = -1;
    private TimeSpan _retryAt;
    private readonly TimeSpan _firstPause = silence;
    private TimeSpan _pause = silence;
    private TimeSpan _silentAt = now + silence;

    /// <summary>Something new came of the generation.</summary>
    public void Heard(TimeSpan now)
    {
        _pause = _firstPause;
        _silentAt = now + _firstPause;
    }

    /// <summary>Ask at the next opportunity: events may have passed unheard.</summary>
    public void AskNow(TimeSpan now)
    {
        _askedAfter = -1;
        _silentAt = now;
    }

    /// <summary>Ask after the retry time, without backing off.</summary>
    public void AskAgain(TimeSpan now) => _silentAt = now + retry;

    /// <summary>True when it is time to ask; the question is then counted as asked.</summary>
    public bool TryAsk(TimeSpan now, long? missingAfter)
    {
        if (missingAfter is { } after && (after != _askedAfter || now >= _retryAt))
        {
            _askedAfter = after;
            _retryAt = now + retry;
            return true;
        }

        if (missingAfter is not null || now < _silentAt)
            return false;
        _silentAt = now + _pause;
        _pause = _pause * 2 < longest ? _pause * 2 : longest;
        return true;
    }
}
