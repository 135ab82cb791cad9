using System.Text.Json.Serialization;

namespace Millrace.Contracts;

/// <summary>Why the model stopped.</summary>
[JsonConverter(typeof(EnumNameConverter<FinishReason>))]
public enum FinishReason
{
    /// <summary>It was done, or met a stop text.</summary>
    Stop,

    /// <summary>It met the token limit; the text may end in mid-sentence.</summary>
    Length,

    /// <summary>It wants tools to be called.</summary>
    ToolCalls,

    /// <summary>The provider held text back.</summary>
    ContentFilter,
}
