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

    /// <summary>The broker's account that sent it may not act for that tenant, or the message does not name its account. Only where the workers bind accounts to tenants.</summary>
    Forbidden,
}
