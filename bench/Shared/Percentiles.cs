namespace Millrace.Bench;

/// <summary>Milliseconds, rounded to microseconds, as they appear in the JSON line of a run.</summary>
public sealed record Percentiles(double P50, double P95, double P99, double Max)
{
    /// <summary>Nearest rank. Null for no values: absent is not zero.</summary>
    public static Percentiles? Of(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0)
            return null;
        var sorted = values.Order().ToArray();
        return new Percentiles(Rank(0.50), Rank(0.95), Rank(0.99), Math.Round(sorted[^1], 3));

        double Rank(double share) => Math.Round(sorted[(int)Math.Ceiling(share * sorted.Length) - 1], 3);
    }
}
