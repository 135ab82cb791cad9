using System.Text.Json.Serialization;

namespace Millrace.Contracts;

/// <summary>Why a <see cref="ContentRequested"/> was not done.</summary>
[JsonConverter(typeof(EnumNameConverter<ContentProblem>))]
public enum ContentProblem
{
    /// <summary>A field breaks a rule.</summary>
    Invalid,

    /// <summary>There are more bytes than the workers take. Nothing is kept.</summary>
    TooLarge,

    /// <summary>The pieces are not the bytes of the digest. Nothing is kept; an upload under a new id begins again.</summary>
    Damaged,

    /// <summary>Nothing is stored under the id in that tenant, or not any more.</summary>
    NotFound,
}
