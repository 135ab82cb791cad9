using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Gateway.Webhooks;

/// <summary>One attempt of a delivery, as its log shows it.</summary>
/// <param name="Time">When it began.</param>
/// <param name="DurationMs">How long it took.</param>
/// <param name="Status">The HTTP status of the answer, if there was one.</param>
/// <param name="Error">Why there was none.</param>
internal sealed record DeliveryAttempt(DateTimeOffset Time, long DurationMs, int? Status, string? Error)
{
    public bool Succeeded => Status is >= 200 and <= 299;

    /// <summary>Whoever is there wants no more of it.</summary>
    public bool IsRefusedForGood => Status == 410;

    public static IReadOnlyList<DeliveryAttempt> Read(string? log) =>
        log is null ? [] : JsonSerializer.Deserialize<IReadOnlyList<DeliveryAttempt>>(log, ContractsJson.Options)!;

    /// <summary>False for a log that is absent, or that something has spoilt.</summary>
    public static bool IsReadable(string? log)
    {
        try
        {
            return log is not null && Read(log) is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }
    /// <summary>Attempts that the log keeps, the latest: who sends a delivery again and again makes it no longer.</summary>
    internal const int Most = 32;

    /// <summary>The log with this attempt behind it.</summary>
    public string AddTo(string? log) => JsonSerializer.Serialize<object>(
        Read(log).Append(this).TakeLast(Most).Select(attempt => new { attempt.Time, attempt.DurationMs, attempt.Status, attempt.Error }), ContractsJson.Options);
}
