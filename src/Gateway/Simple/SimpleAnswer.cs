using System.ComponentModel;
using System.Text.Json.Serialization;
using Millrace.Contracts;
using Millrace.Dialects.BatchFiles;
using Millrace.Dialects.Errors;

namespace Millrace.Gateway.Simple;

/// <summary>The answer to a prompt.</summary>
internal sealed record SimpleAnswer
{
    [JsonPropertyName("response")]
    [Description("The whole answer, exactly as the model produced it.")]
    public required string Response { get; init; }

    [JsonPropertyName("reasoning")]
    [Description("What the model thought before it, if its provider shows it.")]
    public string? Reasoning { get; init; }

    [JsonPropertyName("generation_id")]
    [Description("The generation, under /api/generations/{id}.")]
    public required Guid GenerationId { get; init; }

    [JsonPropertyName("session_id")]
    [Description("The session, if it is a turn of one.")]
    public Guid? SessionId { get; init; }

    [JsonPropertyName("provider")]
    [Description("Who answered.")]
    public required string Provider { get; init; }

    [JsonPropertyName("model")]
    [Description("Who answered: the model, as the provider names it.")]
    public required string Model { get; init; }

    [JsonPropertyName("finish_reason")]
    [Description("Why the model stopped: stop, length, tool_calls or content_filter.")]
    public required string FinishReason { get; init; }

    [JsonPropertyName("reused_from")]
    [Description("The generation whose recorded answer this is, if no provider was asked.")]
    public Guid? ReusedFrom { get; init; }

    [JsonPropertyName("usage")]
    [Description("Tokens as the provider counted them. Absent if it did not.")]
    public SimpleUsage? Usage { get; init; }

    public static SimpleAnswer Of(GenerationCompleted completed) => new()
    {
        Response = completed.Text,
        Reasoning = completed.Reasoning,
        GenerationId = completed.GenerationId,
        SessionId = completed.SessionId,
        Provider = completed.Provider,
        Model = completed.Model,
        FinishReason = Faults.Snake(completed.FinishReason.ToString()),
        ReusedFrom = completed.ReusedFrom,
        Usage = SimpleUsage.Of(completed.Usage),
    };
}
