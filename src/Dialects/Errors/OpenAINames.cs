using System.Text.RegularExpressions;

namespace Millrace.Dialects.Errors;

/// <summary>
/// What the workers refuse is told in their own names, which callers of this API have never seen: a message that begins with one of them begins with the API's name
/// for it instead, and <c>param</c> says it, too.
/// </summary>
internal static partial class OpenAINames
{
    public static Fault Told(Fault fault, bool isResponse)
    {
        if (fault is not { Status: 400, Param: null } || Path().Match(fault.Message) is not { Success: true } path) return fault;
        var name = Of(path, isResponse);
        return name is null ? fault : fault with { Param = name, Message = name + fault.Message[path.Length..] };
    }

    private static string? Of(Match path, bool isResponse) => (path.Groups["head"].Value, path.Groups["member"].Value) switch
    {
        ("Options", "MaxOutputTokens") => isResponse ? "max_output_tokens" : "max_completion_tokens",
        ("Options", "JsonSchema") => isResponse ? "text.format.schema" : "response_format.json_schema.schema",
        ("Options", "ResponseFormat") => isResponse ? "text.format" : "response_format",
        ("Options", "ReasoningEffort") => isResponse ? "reasoning.effort" : "reasoning_effort",
        ("Options", "Verbosity") => isResponse ? "text.verbosity" : "verbosity",
        ("Options", { Length: > 0 } option) => Faults.Snake(option),
        ("CallerTools", var member) => Joined($"tools{path.Groups["index"].Value}", isResponse || member.Length == 0 ? member : $"function.{member}"),
        ("Metadata", _) => "metadata",
        ("SessionId" or "Tools" or "MaxSteps" or "ReuseSeconds" or "Fallbacks", _) => $"millrace.{Faults.Snake(path.Groups["head"].Value)}",
        ("Model", _) => "model",
        _ => null,
    };

    private static string Joined(string head, string member) => member.Length == 0 ? head : $"{head}.{member.ToLowerInvariant()}";

    private const string Heads = "Options|CallerTools|Metadata|SessionId|Tools|MaxSteps|ReuseSeconds|Fallbacks|Model";

    [GeneratedRegex($@"^(?<head>{Heads})(?<index>\[\d+\])?(\.(?<member>[A-Za-z]+))?(?= |\[)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Path();
}
