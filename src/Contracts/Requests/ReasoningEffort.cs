using System.Text.Json.Serialization;

namespace Millrace.Contracts;

/// <summary>How much a reasoning model thinks before it answers.</summary>
[JsonConverter(typeof(EnumNameConverter<ReasoningEffort>))]
public enum ReasoningEffort
{
    /// <summary>Not at all, where the model can.</summary>
    None,

    /// <summary>A little.</summary>
    Low,

    /// <summary>The usual amount.</summary>
    Medium,

    /// <summary>A lot.</summary>
    High,

    /// <summary>As little as the model can. A provider without this step gets <see cref="Low"/>.</summary>
    Minimal,

    /// <summary>More than a lot. A provider without this step gets <see cref="High"/>.</summary>
    XHigh,

    /// <summary>As much as the model can. A provider without this step gets the next one below that it has.</summary>
    Max,
}
