namespace Millrace.Providers.Schemas;

/// <summary>
/// Counts the work of a check. Steps are not timed: the same schema and value run out of them at the same place on every machine. Patterns that need
/// backtracking have times. A cancellation is seen within a few thousand steps.
/// </summary>
public sealed class StepBudget(long most, CancellationToken cancellation)
{
    private const int BetweenLooks = 4_096;

    private static readonly TimeSpan WholePatternTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan QuickPatternTime = TimeSpan.FromMilliseconds(100);

    private long nextLook;

    /// <summary>What patterns may take that only time can bound, all together.</summary>
    public TimeSpan PatternTime { get; private init; } = WholePatternTime;

    /// <summary>As much as any check may take: about a second.</summary>
    public static StepBudget Whole(CancellationToken cancellation) => new(SchemaLimits.Steps, cancellation);

    /// <summary>What is enough for nearly all: some hundredths of a second.</summary>
    public static StepBudget Quick(CancellationToken cancellation) => new(SchemaLimits.QuickSteps, cancellation) { PatternTime = QuickPatternTime };

    public long Taken { get; private set; }

    /// <exception cref="SchemaWorkException">That was too much.</exception>
    public void Take(long steps = 1)
    {
        Taken += steps;
        if (Taken >= nextLook) Look();
    }

    /// <summary>Of a text that is read through.</summary>
    public void TakeText(int length) => Take(1 + (length / 64));

    private void Look()
    {
        cancellation.ThrowIfCancellationRequested();
        if (Taken > most) throw new SchemaWorkException($"takes more than {most:N0} steps");
        nextLook = Math.Min(Taken + BetweenLooks, most + 1);
    }
}
