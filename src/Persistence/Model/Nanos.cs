namespace Millrace.Persistence.Model;

/// <summary>
/// Money as the tables hold it: whole billionths of a US dollar, so that both databases add it up exactly. A token of
/// the cheapest models costs some tens of them; a column holds nine billion dollars.
/// </summary>
public static class Nanos
{
    private const decimal PerDollar = 1_000_000_000;

    /// <summary>To the nearest; above what a column holds, the most that it does.</summary>
    public static long Of(decimal dollars) =>
        (long)Math.Round(Math.Clamp(dollars * PerDollar, long.MinValue / 2, long.MaxValue / 2));

    /// <inheritdoc cref="Of(decimal)"/>
    public static long? Of(decimal? dollars) => dollars is { } known ? Of(known) : null;

    public static decimal ToDollars(long nanos) => nanos / PerDollar;

    /// <inheritdoc cref="ToDollars(long)"/>
    public static decimal? ToDollars(long? nanos) => nanos is { } known ? ToDollars(known) : null;
}
