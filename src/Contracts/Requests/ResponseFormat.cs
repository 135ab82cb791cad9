using System.Text.Json.Serialization;

namespace Millrace.Contracts;

/// <summary>The form of the answer.</summary>
[JsonConverter(typeof(EnumNameConverter<ResponseFormat>))]
public enum ResponseFormat
{
    /// <summary>Free text.</summary>
    Text,

    /// <summary>One JSON value.</summary>
    Json,
}
