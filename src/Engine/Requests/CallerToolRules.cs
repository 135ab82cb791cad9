using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Millrace.Contracts;
using Millrace.Providers.Schemas;

namespace Millrace.Engine.Requests;

/// <summary>The rules of what a producer brings along for itself: the tools that it runs, and what it keeps with the generation.</summary>
internal static partial class CallerToolRules
{
    private const int MostTools = 128;
    private const int LargestOrigin = 16 * 1024;
    private const int LargestSchemas = 1024 * 1024;

    public static IEnumerable<string> Problems(IReadOnlyList<CallerTool> tools)
    {
        if (tools.Count > MostTools) yield return $"CallerTools has {tools.Count} entries; at most {MostTools} are allowed.";
        if (tools.Sum(tool => tool?.Parameters is { ValueKind: JsonValueKind.Object } schema ? JsonMarshal.GetRawUtf8Value(schema).Length : 0L) is > LargestSchemas and var bytes)
        {
            yield return $"CallerTools has {bytes:N0} bytes of schemas; at most {LargestSchemas:N0} are allowed in one request.";
            yield break;
        }
        foreach (var problem in tools.SelectMany((tool, i) => Problems(tool, $"CallerTools[{i}]"))) yield return problem;
        foreach (var twice in tools.GroupBy(tool => tool?.Name, StringComparer.Ordinal).Where(named => named.Count() > 1))
            yield return $"CallerTools has {twice.Count()} tools of the name '{twice.Key}'; each needs a name of its own.";
    }

    public static IEnumerable<string> Problems(JsonElement origin)
    {
        if (origin.ValueKind != JsonValueKind.Object) yield return $"Origin is a JSON {origin.ValueKind}; it must be an object.";
        else if (Encoding.UTF8.GetByteCount(origin.GetRawText()) is > LargestOrigin and var bytes)
            yield return $"Origin has {bytes} bytes as JSON; at most {LargestOrigin} are allowed.";
        else if (JsonText.Flaw(origin) is { } flaw)
            yield return $"Origin {flaw}";
    }

    private static IEnumerable<string> Problems(CallerTool? tool, string where)
    {
        if (tool is null)
        {
            yield return $"{where} is null; it must be a tool.";
            yield break;
        }
        if (tool.Name is null || !NameForm().IsMatch(tool.Name))
            yield return $"{where}.Name is '{Shown(tool.Name)}'; it must match [A-Za-z0-9_-]{{1,64}}, which every provider takes.";
        if (tool.Parameters is not { } parameters) yield break;
        if (parameters.ValueKind != JsonValueKind.Object) yield return $"{where}.Parameters is a JSON {parameters.ValueKind}; it must be a schema, an object.";
        else if (JsonForm.Flaw(parameters, isChecked: false) is { } flaw) yield return $"{where}.Parameters is no JSON schema: {flaw}.";
    }

    private static string? Shown(string? text) => text is { Length: > 64 } ? text[..64] + "…" : text;

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,64}\z", RegexOptions.None, 1000)]
    private static partial Regex NameForm();
}
