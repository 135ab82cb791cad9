using System.Text.RegularExpressions;

namespace Millrace.Providers.Schemas;

/// <summary>
/// Matches the patterns of one check. Nearly all texts are matched by .NET's backtracking engine, which is ready in microseconds. A match that it takes long over is
/// made by the engine that never goes back, in linear time; that one takes up to 30 MB for its states, so it is paid for in steps. Both say the same, so it cannot
/// be seen which one answered. A pattern that only the first can match (lookaround, references to groups) has a second.
/// </summary>
internal sealed class PatternMatcher(StepBudget steps)
{
    private const long StepsOfAnEngine = 2_000_000;

    /// <summary>Once may be the machine's fault.</summary>
    private const int SlowTwice = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(1);

    private readonly Dictionary<Pattern, Regex> usual = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Pattern, Regex> linear = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Pattern, int> slow = new(ReferenceEqualityComparer.Instance);
    private TimeSpan spent;

    /// <exception cref="SchemaWorkException">It took too long.</exception>
    public bool IsMatch(Pattern pattern, string text)
    {
        steps.Take(4 + (text.Length / 16));
        if (slow.GetValueOrDefault(pattern) >= SlowTwice) return IsSlowMatch(pattern, text);
        if (!usual.TryGetValue(pattern, out var regex))
        {
            steps.Take(pattern.Source.Length);
            usual[pattern] = regex = pattern.Begin(Patience);
        }
        try
        {
            return Match(pattern, regex, text);
        }
        catch (RegexMatchTimeoutException)
        {
            slow[pattern] = slow.GetValueOrDefault(pattern) + 1;
        }
        return IsSlowMatch(pattern, text);
    }

    private bool IsSlowMatch(Pattern pattern, string text)
    {
        try
        {
            return Match(pattern, Linear(pattern, text.Length) ?? pattern.Begin(LastPatience), text);
        }
        catch (RegexMatchTimeoutException)
        {
            throw TooSlow(pattern);
        }
    }

    private bool Match(Pattern pattern, Regex regex, string text)
    {
        if (spent > steps.PatternTime) throw TooSlow(pattern);
        var began = TimeProvider.System.GetTimestamp();
        try
        {
            return regex.IsMatch(text);
        }
        finally
        {
            spent += TimeProvider.System.GetElapsedTime(began);
        }
    }

    /// <summary>Null when it cannot match this pattern.</summary>
    private Regex? Linear(Pattern pattern, int length)
    {
        steps.Take((long)length * pattern.States); // its states are made as they are met, each about as large as the pattern
        if (linear.TryGetValue(pattern, out var regex)) return regex;
        steps.Take(StepsOfAnEngine);
        try
        {
            return linear[pattern] = new Regex(pattern.Written, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, LastPatience);
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }

    private static SchemaWorkException TooSlow(Pattern pattern) => new($"takes too long over the pattern at '{pattern.Where}'");
}
