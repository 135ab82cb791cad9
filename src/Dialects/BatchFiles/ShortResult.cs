using System.Text.Json;
using System.Text.Json.Serialization;
using Millrace.Contracts;
using Millrace.Dialects.Bodies;
using Millrace.Dialects.Errors;
using Millrace.Persistence.Batches;
using Millrace.Persistence.Model;

namespace Millrace.Dialects.BatchFiles;

/// <summary>The result of a short line: the answer, or an error.</summary>
internal sealed record ShortResult
{
    private const decimal Nanos = 1_000_000_000;

    [JsonPropertyName("custom_id")]
    public required string CustomId { get; init; }

    /// <summary>Absent if it never ran.</summary>
    [JsonPropertyName("generation_id")]
    public Guid? GenerationId { get; init; }

    [JsonPropertyName("text")]
    public string? Text { get; init; }

    /// <summary>What the model thought before it, if its provider shows it.</summary>
    [JsonPropertyName("reasoning")]
    public string? Reasoning { get; init; }

    [JsonPropertyName("finish_reason")]
    public string? FinishReason { get; init; }

    /// <summary>The calls that the model has made of tools that are the caller's to run.</summary>
    [JsonPropertyName("tool_calls")]
    public IReadOnlyList<ToolCall>? ToolCalls { get; init; }

    [JsonPropertyName("provider")]
    public string? Provider { get; init; }

    [JsonPropertyName("model")]
    public string? Model { get; init; }

    [JsonPropertyName("usage")]
    public SimpleUsage? Usage { get; init; }

    /// <summary>US dollars, if the model's price is known.</summary>
    [JsonPropertyName("cost")]
    public decimal? Cost { get; init; }

    [JsonPropertyName("error")]
    public LineError? Error { get; init; }

    public static string Write(BatchResult result, LineEnd end) => JsonSerializer.Serialize(Of(result, end), JsonBody.Options);

    private static ShortResult Of(BatchResult result, LineEnd end) => new()
    {
        CustomId = result.CustomId,
        GenerationId = result.State == BatchLineState.Pending ? null : result.GenerationId,
        Text = end.Completed?.Text,
        Reasoning = end.Completed?.Reasoning,
        FinishReason = end.Completed is { } completed ? Faults.Snake(completed.FinishReason.ToString()) : null,
        ToolCalls = end.Completed?.ToolCalls is { Count: > 0 } calls ? calls : null,
        Provider = end.Completed?.Provider,
        Model = end.Completed?.Model,
        Usage = SimpleUsage.Of(end.Completed?.Usage),
        Cost = end.Completed is null ? null : result.CostNanos / Nanos,
        Error = end.Failed is { } failed ? new(failed.Code, failed.Message) : end.Stopped,
    };
}
