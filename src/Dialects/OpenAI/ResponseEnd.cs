using Millrace.Contracts;

namespace Millrace.Dialects.OpenAI;

/// <summary>How a response ended, in the API's terms. The default: it has not.</summary>
public readonly record struct ResponseEnd(string? Status, TokenUsage? Usage = null, GenerationFailed? Error = null, string? Incomplete = null, DateTimeOffset? At = null)
{
    /// <summary>Whether tokens are counted for good; of a cancelled response OpenAI counts none.</summary>
    public bool IsKnown => Status is "completed" or "incomplete" or "failed";

    public static ResponseEnd Of(GenerationCompleted completed, DateTimeOffset? at) => completed.FinishReason switch
    {
        FinishReason.Length => new("incomplete", completed.Usage, Incomplete: "max_output_tokens"),
        FinishReason.ContentFilter => new("incomplete", completed.Usage, Incomplete: "content_filter"),
        _ => new("completed", completed.Usage, At: at),
    };

    public static ResponseEnd Of(GenerationFailed failed) => new("failed", Error: failed);

    public static ResponseEnd Cancelled { get; } = new("cancelled");
}
