using System.Globalization;
using Millrace.Persistence.Model;

namespace Millrace.Worker.Cli.Batches;

/// <summary>How far a batch is, in words. The rate is that of the last half minute.</summary>
internal sealed class BatchProgress(TimeProvider time)
{
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(30);

    private readonly Queue<(long At, long Ended)> seen = new();

    public string Describe(Batch batch)
    {
        var ended = batch.Completed + batch.Failed;
        Remember(ended);
        List<string> words =
        [
            $"{Number(batch.Completed)} of {Number(batch.Total)} done",
            $"{Number(batch.Failed)} failed",
            $"{Number(batch.InputTokens + batch.OutputTokens)} tokens",
        ];
        if (batch is { HasCost: true, SpentNanos: > 0 }) words.Add($"${Nanos.ToDollars(batch.SpentNanos).ToString("0.00##", CultureInfo.InvariantCulture)}");
        if (Rate() is > 0 and var rate)
        {
            words.Add($"{rate.ToString("0.#", CultureInfo.InvariantCulture)}/s");
            if (batch.Total > ended) words.Add($"{Span(TimeSpan.FromSeconds((batch.Total - ended) / rate))} left");
        }
        return string.Join(", ", words);
    }

    /// <summary>The share that has ended, 0 to 1.</summary>
    public static double Share(Batch batch) => batch.Total == 0 ? 0 : (double)(batch.Completed + batch.Failed) / batch.Total;

    private void Remember(long ended)
    {
        seen.Enqueue((time.GetTimestamp(), ended));
        while (seen.Count > 2 && time.GetElapsedTime(seen.Peek().At) > Memory) seen.Dequeue();
    }

    private double Rate()
    {
        var (from, to) = (seen.Peek(), seen.Last());
        var seconds = time.GetElapsedTime(from.At, to.At).TotalSeconds;
        return seconds < 0.5 ? 0 : (to.Ended - from.Ended) / seconds;
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Span(TimeSpan span) => span switch
    {
        { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h {span.Minutes} min"),
        { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.Minutes} min {span.Seconds} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, (int)span.TotalSeconds)} s"),
    };
}
