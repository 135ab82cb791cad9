using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Millrace.Dialects.Errors;

namespace Millrace.Gateway.Errors;

/// <summary>
/// A parameter of the address that cannot be read. The framework knows which and what it should be, and says it in its message only; without
/// <c>ThrowOnBadRequest</c> it would answer 400 with nothing at all.
/// </summary>
internal static partial class BindingErrors
{
    private const int Longest = 40;

    public static Fault? Of(BadHttpRequestException exception)
    {
        if (Failed().Match(exception.Message) is { Success: true } failed)
        {
            var (name, value) = (Name(failed), failed.Groups["value"].Value);
            return new(400, "invalid_request", $"{name} is '{(value.Length > Longest ? value[..Longest] + "…" : value)}'; it must be {Meaning(failed.Groups["type"].Value)}.") { Param = name };
        }
        return Missing().Match(exception.Message) is { Success: true } missing
            ? new(400, "invalid_request", $"{Name(missing)} is missing; it must be {Meaning(missing.Groups["type"].Value)}.") { Param = Name(missing) }
            : null;
    }

    private static string Name(Match found) => JsonNamingPolicy.CamelCase.ConvertName(found.Groups["name"].Value);

    private static string Meaning(string type) => type switch
    {
        _ when type.Contains("Guid", StringComparison.Ordinal) => "a UUID",
        _ when type.Contains("DateTimeOffset", StringComparison.Ordinal) => "a time like 2026-03-04T05:06:07Z",
        _ when type.Contains("int", StringComparison.OrdinalIgnoreCase) || type.Contains("long", StringComparison.Ordinal) => "a whole number",
        _ when type.Contains("bool", StringComparison.OrdinalIgnoreCase) => "true or false",
        _ => "a text",
    };

    [GeneratedRegex("""^Failed to bind parameter "(?<type>.+) (?<name>[^ "]+)" from "(?<value>.*)"\.$""", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Failed();

    [GeneratedRegex("""^Required parameter "(?<type>.+) (?<name>[^ "]+)" was not provided""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Missing();
}
