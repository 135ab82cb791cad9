using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Millrace.Engine.Requests;

/// <summary>
/// The headers of a request that its events carry: those with our prefix. Others stay behind: what a bridge or a broker has added is
/// nobody's business, and some of it is secret.
/// </summary>
public static class ProducerHeaders
{
    public const string Prefix = "millrace-";

    private const int Most = 16;
    private const int LongestName = 64;
    private const int LongestValue = 512;

    /// <summary>Those with our prefix, or null if there are none. Of two with one name the first counts.</summary>
    public static IReadOnlyDictionary<string, string>? Of(IEnumerable<KeyValuePair<string, object>> headers)
    {
        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in headers)
        {
            if (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && Text(value) is { } text) found.TryAdd(name, text);
        }
        return found.Count == 0 ? null : found;
    }

    /// <summary>The broken rule in a sentence, or null.</summary>
    public static string? Problem(IReadOnlyDictionary<string, string>? headers)
    {
        if (headers is null) return null;
        if (headers.Count > Most) return $"The message has {headers.Count} headers that begin with {Prefix}; at most {Most} are allowed.";
        if (headers.Keys.FirstOrDefault(name => name.Length > LongestName) is { } name)
            return $"The message has a header '{name[..LongestName]}…' with a name of {name.Length} characters; at most {LongestName} are allowed.";
        foreach (var (key, value) in headers)
            if (value.Length > LongestValue) return $"The header '{key}' has {value.Length} characters; at most {LongestValue} are allowed.";
        return null;
    }

    private static string? Text(object? value) => value switch
    {
        string text => text,
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        bool truth => truth ? "true" : "false",
        JsonElement { ValueKind: JsonValueKind.String } json => json.GetString(),
        JsonElement { ValueKind: JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } json => json.GetRawText(),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };
}
