using System.Text.Json;

namespace Millrace.Worker.Messaging;

/// <summary>
/// The plain members of a message that may be no message, as far as its text can be read: who sent it wants to know which one it was. Names are compared
/// without case, hyphens and underscores, as somebody may have spelled them.
/// </summary>
internal sealed class LooseMembers
{
    private const string Message = "message";
    private const string MessageType = "messagetype";
    private const string Headers = "headers";

    private readonly Dictionary<string, string?> outer = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string?> inner = new(StringComparer.Ordinal);

    private LooseMembers()
    {
    }

    /// <summary>Whether the text says what an envelope says.</summary>
    public bool HasMessageType { get; private set; }

    /// <summary>What an envelope says that it holds.</summary>
    public IReadOnlyList<string> MessageTypes { get; private set; } = [];

    /// <summary>What its request client takes, by the names of the types; null if it has not said.</summary>
    public IReadOnlyList<string>? AcceptedTypes { get; private set; }

    /// <summary>A member of the message itself.</summary>
    public string? Of(string name) => (inner.Count > 0 ? inner : outer).GetValueOrDefault(name);

    /// <summary>A member of the envelope around it.</summary>
    public string? OfEnvelope(string name) => outer.GetValueOrDefault(name);

    public Guid? IdOf(string name) => Guid.TryParse(Of(name), out var id) ? id : null;

    public Guid? IdOfEnvelope(string name) => Guid.TryParse(OfEnvelope(name), out var id) ? id : null;

    public static LooseMembers Read(ReadOnlySpan<byte> body)
    {
        var members = new LooseMembers();
        var reader = new Utf8JsonReader(body, LooseJson.Options);
        try
        {
            if (reader.Read() && reader.TokenType == JsonTokenType.StartObject) members.ReadObject(ref reader, members.outer, isEnvelope: true);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // What stood before the fault is known
        }
        return members;
    }

    private void ReadObject(ref Utf8JsonReader reader, Dictionary<string, string?> found, bool isEnvelope)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = Plain(reader.GetString()!);
            reader.Read();
            if (isEnvelope && name == MessageType) HasMessageType = true;
            if (isEnvelope && name == Message && reader.TokenType == JsonTokenType.StartObject) ReadObject(ref reader, inner, isEnvelope: false);
            else if (isEnvelope && name == MessageType && reader.TokenType == JsonTokenType.StartArray) MessageTypes = ReadTexts(ref reader);
            else if (isEnvelope && name == Headers && reader.TokenType == JsonTokenType.StartObject) ReadHeaders(ref reader);
            else if (reader.TokenType == JsonTokenType.String) found[name] = reader.GetString();
            else reader.Skip();
        }
    }

    private void ReadHeaders(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isAccept = reader.ValueTextEquals(MassTransit.MessageHeaders.Request.Accept);
            reader.Read();
            if (isAccept && reader.TokenType == JsonTokenType.StartArray) AcceptedTypes = [.. ReadTexts(ref reader).Select(urn => urn[(urn.LastIndexOf(':') + 1)..])];
            else reader.Skip();
        }
    }

    private static List<string> ReadTexts(ref Utf8JsonReader reader)
    {
        var texts = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String) texts.Add(reader.GetString()!);
            else reader.Skip();
        }
        return texts;
    }

    private static string Plain(string name) =>
        name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
}
