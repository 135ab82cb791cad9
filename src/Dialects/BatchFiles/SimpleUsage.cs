using System.Text.Json.Serialization;
using Millrace.Contracts;

namespace Millrace.Dialects.BatchFiles;

/// <summary>Tokens, as the provider counted them.</summary>
public sealed record SimpleUsage
{
    [JsonPropertyName("input_tokens")]
    public long? InputTokens { get; init; }

    [JsonPropertyName("output_tokens")]
    public long? OutputTokens { get; init; }

    [JsonPropertyName("total_tokens")]
    public long? TotalTokens { get; init; }

    public static SimpleUsage? Of(TokenUsage? usage) =>
        usage is null ? null : new() { InputTokens = usage.Input, OutputTokens = usage.Output, TotalTokens = usage.Input + usage.Output };
}
