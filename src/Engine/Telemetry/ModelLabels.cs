using System.Collections.Concurrent;

namespace Millrace.Engine.Telemetry;

/// <summary>
/// Models as metrics name them. A request may name any model, so that one which has never answered, and whatever comes after the first
/// hundred, is <see cref="Other"/>: who asks must not be able to make a time series of each of his words.
/// </summary>
public sealed class ModelLabels
{
    public const string Other = "other";

    private const int Most = 100;
    private const int Longest = 100;

    private readonly ConcurrentDictionary<string, byte> answered = new(StringComparer.Ordinal);

    /// <summary>A model that has just answered, or not.</summary>
    public string Of(string model, bool hasAnswered)
    {
        if (answered.ContainsKey(model)) return model;
        if (!hasAnswered || answered.Count >= Most || model.Length > Longest) return Other;
        answered.TryAdd(model, 0);
        return model;
    }

    /// <summary>Without what is no name: the simulated provider's models carry their behaviour behind a question mark.</summary>
    public static string Bare(string model) => model.IndexOf('?') is >= 0 and var mark ? model[..mark] : model;
}
