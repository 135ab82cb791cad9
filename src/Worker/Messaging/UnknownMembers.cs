using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Worker.Messaging;

/// <summary>
/// Members of a request that no request has: a typing error, or what another service calls it. They are ignored, as additions of later versions have to be, and the
/// terminal event says so.
/// </summary>
internal static class UnknownMembers
{
    private const int Most = 16;
    private const int LongestName = 64;
    private const string Options = "options";

    private static readonly HashSet<string> OfRequest = NamesOf(typeof(GenerateRequested));
    private static readonly HashSet<string> OfOptions = NamesOf(typeof(GenerationOptions));

    /// <summary>As they were spelled; null if there are none.</summary>
    /// <param name="body">A message that has been read as a request.</param>
    /// <param name="isEnvelope">Whether the request is the <c>message</c> in it.</param>
    public static IReadOnlyList<string>? Of(ReadOnlySpan<byte> body, bool isEnvelope)
    {
        var found = new List<string>();
        var reader = new Utf8JsonReader(body, LooseJson.Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
        if (isEnvelope) ReadEnvelope(ref reader, found);
        else ReadRequest(ref reader, found);
        return found.Count == 0 ? null : found;
    }

    private static void ReadEnvelope(ref Utf8JsonReader reader, List<string> found)
    {
        while (Next(ref reader) is { } name)
        {
            if (name.Equals("message", StringComparison.OrdinalIgnoreCase) && reader.TokenType == JsonTokenType.StartObject) ReadRequest(ref reader, found);
            else reader.Skip();
        }
    }

    private static void ReadRequest(ref Utf8JsonReader reader, List<string> found)
    {
        while (Next(ref reader) is { } name)
        {
            if (!OfRequest.Contains(name)) Add(found, name);
            if (name.Equals(Options, StringComparison.OrdinalIgnoreCase) && reader.TokenType == JsonTokenType.StartObject) ReadOptions(ref reader, found);
            else reader.Skip();
        }
    }

    private static void ReadOptions(ref Utf8JsonReader reader, List<string> found)
    {
        while (Next(ref reader) is { } name)
        {
            if (!OfOptions.Contains(name)) Add(found, $"{Options}.{name}");
            reader.Skip();
        }
    }

    /// <summary>The name of the next member, with the reader on its value; null at the end of the object.</summary>
    private static string? Next(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName) return null;
        var name = NameAt(reader);
        reader.Read();
        return name;
    }

    private static string NameAt(Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException) // half of a surrogate pair
        {
            return "\uFFFD";
        }
    }

    private static void Add(List<string> found, string name)
    {
        if (name.Length > LongestName) name = name[..(char.IsHighSurrogate(name[LongestName - 1]) ? LongestName - 1 : LongestName)];
        if (found.Count < Most && !found.Contains(name, StringComparer.Ordinal)) found.Add(name);
    }

    private static HashSet<string> NamesOf(Type type) =>
        new(ContractsJson.Options.GetTypeInfo(type).Properties.Select(property => property.Name), StringComparer.OrdinalIgnoreCase);
}
