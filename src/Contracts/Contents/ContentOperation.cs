using System.Text.Json.Serialization;

namespace Millrace.Contracts;

/// <summary>What to do with stored bytes.</summary>
[JsonConverter(typeof(EnumNameConverter<ContentOperation>))]
public enum ContentOperation
{
    /// <summary>Keep a piece of them. With the last piece that was missing they are stored, and have an id.</summary>
    Upload,

    /// <summary>Remove them, whatever refers to them.</summary>
    Delete,
}
