namespace Millrace.Bench;

/// <summary>Microseconds of Unix time: the one clock that all processes of one machine share.</summary>
public static class WallClock
{
    public static long NowUs => (TimeProvider.System.GetUtcNow().Ticks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
