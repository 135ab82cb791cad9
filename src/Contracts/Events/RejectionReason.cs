using System.Text.Json.Serialization;

namespace Millrace.Contracts;

/// <summary>Why a message never became a generation.</summary>
[JsonConverter(typeof(EnumNameConverter<RejectionReason>))]
public enum RejectionReason
{
    /// <summary>The message could not be read, lacks a required field, or is refused because workers have died over it.</summary>
    Malformed,

    /// <summary>The id belongs to a generation with a different request, which is untouched.</summary>
    DifferentRequest,
}
