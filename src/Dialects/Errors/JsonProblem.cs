using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Millrace.Dialects.Errors;

/// <summary>What is wrong with a JSON text, in the words of JSON: the reader's own messages name types of this program.</summary>
public static partial class JsonProblem
{
    /// <summary>For example <c>$.maxSteps: must be a whole number (line 1, byte 67).</c></summary>
    public static string Of(JsonException broken)
    {
        var where = broken.Path is null or "$" ? "" : $"{broken.Path}: ";
        if (Mistyped().Match(broken.Message) is { Success: true } mistyped) return $"{where}must be {Expected(mistyped.Groups["type"].Value)}{At(broken)}.";
        if (Missing().Match(broken.Message) is { Success: true } missing) return $"{where}{missing.Groups["names"].Value} is missing.";
        if (Unexpected().Match(broken.Message) is { Success: true } unexpected)
            return $"{where}must be {Named(unexpected.Groups["expected"].Value)}; got {Named(unexpected.Groups["found"].Value)}.";
        var text = Position().Replace(broken.Message, "").TrimEnd();
        return text.Length == broken.Message.Length ? where + text : $"{where}{text.TrimEnd('.')}{At(broken)}.";
    }

    private static string At(JsonException broken) => broken.LineNumber is { } line && broken.BytePositionInLine is { } position
        ? string.Create(CultureInfo.InvariantCulture, $" (line {line + 1}, byte {position})") : "";

    /// <summary>What the reader wanted, by the name of the type that it could not make.</summary>
    private static string Expected(string type)
    {
        if (type.StartsWith("System.Nullable`1[", StringComparison.Ordinal)) type = type["System.Nullable`1[".Length..^1];
        return type switch
        {
            "System.String" => "text",
            "System.Boolean" => "true or false",
            "System.Double" or "System.Single" or "System.Decimal" => "a number",
            "System.Int32" => "a whole number from -2147483648 to 2147483647",
            "System.Int64" => "a whole number",
            "System.Guid" => "a GUID as text, like 01981f6e-2a60-7c3e-8d0b-6d1f0e5f3a01",
            "System.DateTimeOffset" or "System.DateTime" => "a time as ISO 8601 text, like 2026-03-04T05:06:07Z",
            "System.Uri" => "a URL as text",
            _ when type.Contains("Byte", StringComparison.Ordinal) => "bytes as base64 text",
            _ when type.Contains("Dictionary", StringComparison.Ordinal) => "an object",
            _ when type.Contains("List", StringComparison.Ordinal) || type.Contains("Enumerable", StringComparison.Ordinal) || type.EndsWith("[]", StringComparison.Ordinal) => "an array",
            _ => "an object",
        };
    }

    /// <summary>A token in words.</summary>
    private static string Named(string token) => token switch
    {
        "StartObject" => "an object",
        "StartArray" => "an array",
        "String" => "text",
        "Number" => "a number",
        "True" or "False" => "true or false",
        "Null" => "null",
        _ => "another value",
    };

    [GeneratedRegex(@"^Expected (?<expected>\w+), found: (?<found>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Unexpected();

    [GeneratedRegex(@"^The JSON value could not be converted to (?<type>.+?)\.( Path:|$)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Mistyped();

    [GeneratedRegex(@"missing required properties including: (?<names>.+?)\.( Path:|$)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Missing();

    [GeneratedRegex(@"\s*(Path: .*?)?(\|\s*)?LineNumber: \d+ \| BytePositionInLine: \d+\.?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Position();
}
