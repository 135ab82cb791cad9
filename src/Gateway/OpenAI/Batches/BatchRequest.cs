using System.Globalization;
using Millrace.Dialects.BatchFiles;
using Millrace.Dialects.Errors;
using Millrace.Dialects.OpenAI;
using Millrace.Gateway.Requests;
using Millrace.Persistence.Batches;
using Millrace.Persistence.Model;

namespace Millrace.Gateway.OpenAI.Batches;

/// <summary><c>POST /v1/batches</c>; fields that nobody knows are passed over.</summary>
internal sealed record BatchRequest
{
    private const int LongestWindow = 168;
    private const int LeastSeconds = 3600;
    private const int MostSeconds = 30 * 24 * 3600;

    public string? InputFileId { get; init; }

    /// <summary>Where the lines would be posted to; absent: each line says it itself, or is a short one.</summary>
    public string? Endpoint { get; init; }

    /// <summary><c>24h</c>; any number of hours up to a week is taken.</summary>
    public string? CompletionWindow { get; init; }

    public IReadOnlyDictionary<string, string?>? Metadata { get; init; }

    public OutputExpiry? OutputExpiresAfter { get; init; }

    public BatchFleetOptions? Millrace { get; init; }

    private TimeSpan Window => CompletionWindow is null ? TimeSpan.FromHours(24)
        : CompletionWindow.EndsWith('h') && int.TryParse(CompletionWindow.AsSpan()[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var hours) && hours is >= 1 and <= LongestWindow
            ? TimeSpan.FromHours(hours)
            : throw OpenAIFaults.Invalid("completion_window", $"'completion_window' is '{OpenAIObjects.Short(CompletionWindow)}'; it must be 24h, or another number of hours up to {LongestWindow}h.");

    /// <exception cref="FaultException">A field is missing, or has a value that it cannot have.</exception>
    public NewBatch ToBatch(Guid id, string tenant, ModelNames models)
    {
        if (string.IsNullOrEmpty(InputFileId)) throw OpenAIFaults.Missing("input_file_id");
        if (Endpoint is not null && !BatchLineReader.Endpoints.Contains(Endpoint))
            throw OpenAIFaults.Invalid("endpoint", $"'endpoint' is '{OpenAIObjects.Short(Endpoint)}'; it must be one of {string.Join(", ", BatchLineReader.Endpoints)}, or left out for lines that say it themselves.");
        CheckMetadata();
        if (OutputExpiresAfter is { Anchor: not "created_at" }) throw OpenAIFaults.Invalid("output_expires_after.anchor", "'output_expires_after.anchor' must be created_at.");
        if (OutputExpiresAfter is { Seconds: not (>= LeastSeconds and <= MostSeconds) })
            throw OpenAIFaults.Invalid("output_expires_after.seconds", $"'output_expires_after.seconds' is {OutputExpiresAfter.Seconds}; it must be {LeastSeconds} to {MostSeconds}.");
        var batch = (Millrace ?? new()).Apply(new(id, tenant, OpenAIIds.TryFile(InputFileId, out var file) ? file : throw FileEndpoints.Missing(InputFileId, "input_file_id"))
        {
            Endpoint = Endpoint,
            Metadata = Metadata?.ToDictionary(pair => pair.Key, pair => pair.Value!),
            Window = Window,
            OutputKept = OutputExpiresAfter is { Seconds: { } seconds } ? TimeSpan.FromSeconds(seconds) : null,
        });
        return batch with { Defaults = batch.Defaults with { Model = models.Resolve(batch.Defaults.Model), Aliases = models.Meanings } };
    }

    /// <summary>Whether a batch may have been made by this request.</summary>
    public bool IsOf(Batch batch) =>
        OpenAIIds.TryFile(InputFileId!, out var file) && file == batch.InputFileId && Endpoint == batch.Endpoint && (long)Window.TotalMilliseconds == batch.Window;

    private void CheckMetadata()
    {
        if (Metadata is null) return;
        if (Metadata.Count > 16) throw OpenAIFaults.Invalid("metadata", $"'metadata' has {Metadata.Count} pairs; it may have 16.");
        foreach (var (key, value) in Metadata)
        {
            if (key.Length > 64 || value is null or { Length: > 512 } || key.Contains('\0', StringComparison.Ordinal) || value.Contains('\0', StringComparison.Ordinal))
                throw OpenAIFaults.Invalid("metadata", $"'metadata' has a pair '{OpenAIObjects.Short(key.Replace('\0', ' '))}' that breaks a rule: a key is a text of at most 64 characters, a value one of at most 512, neither with U+0000.");
        }
    }
}
