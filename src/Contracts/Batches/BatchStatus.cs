using System.Text.Json.Serialization;

namespace Millrace.Contracts;

/// <summary>How a batch has ended.</summary>
[JsonConverter(typeof(EnumNameConverter<BatchStatus>))]
public enum BatchStatus
{
    /// <summary>Every line has a result: an answer or an error.</summary>
    Completed,

    /// <summary>The file was refused, and nothing has run.</summary>
    Failed,

    /// <summary>The window was over before every line had ended. Answers that were there by then are kept.</summary>
    Expired,

    /// <summary>Somebody asked for it. Answers that were there by then are kept.</summary>
    Cancelled,
}
