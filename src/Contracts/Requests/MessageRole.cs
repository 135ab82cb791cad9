using System.Text.Json.Serialization;

namespace Millrace.Contracts;

/// <summary>Who speaks in a conversation.</summary>
[JsonConverter(typeof(EnumNameConverter<MessageRole>))]
public enum MessageRole
{
    /// <summary>Instructions to the model.</summary>
    System,

    /// <summary>The person or program that asks.</summary>
    User,

    /// <summary>The model.</summary>
    Assistant,

    /// <summary>The tools that the model called: what came of its calls.</summary>
    Tool,
}
