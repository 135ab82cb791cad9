using System.Text.Json;
using Millrace.Contracts;
using Millrace.Providers.Schemas;

namespace Millrace.Providers.Options;

/// <summary>The ranges of the sampling options.</summary>
public static class OptionRules
{
    public static IEnumerable<string> Problems(GenerationOptions options)
    {
        if (Outside(options.Temperature, 0, 2)) yield return $"Options.Temperature is {options.Temperature}; it must be between 0 and 2.";
        if (Outside(options.TopP, double.Epsilon, 1)) yield return $"Options.TopP is {options.TopP}; it must be above 0 and at most 1.";
        if (options.TopK < 1) yield return $"Options.TopK is {options.TopK}; it must be at least 1.";
        if (options.MaxOutputTokens < 1) yield return $"Options.MaxOutputTokens is {options.MaxOutputTokens}; it must be at least 1.";
        if (Outside(options.FrequencyPenalty, -2, 2)) yield return $"Options.FrequencyPenalty is {options.FrequencyPenalty}; it must be between -2 and 2.";
        if (Outside(options.PresencePenalty, -2, 2)) yield return $"Options.PresencePenalty is {options.PresencePenalty}; it must be between -2 and 2.";
        if (options.Stop is { Count: > 16 } many) yield return $"Options.Stop has {many.Count} entries; at most 16 are allowed.";
        if (options.Stop?.Any(string.IsNullOrEmpty) == true) yield return "Options.Stop has an empty entry; each must hold some text.";
        if (options.JsonSchema is { ValueKind: not JsonValueKind.Object and not JsonValueKind.Undefined } schema)
            yield return $"Options.JsonSchema is a JSON {schema.ValueKind}; it must be an object.";
        if (options.MaxCorrections is < 0 or > 10) yield return $"Options.MaxCorrections is {options.MaxCorrections}; it must be between 0 and 10.";
        if (options.JsonSchema is { ValueKind: JsonValueKind.Object } given && JsonForm.Flaw(given) is { } flaw)
            yield return $"Options.JsonSchema is no JSON schema: {flaw}.";
        if (options.JsonSchema is { ValueKind: JsonValueKind.Object } && options.ResponseFormat == ResponseFormat.Text)
            yield return "Options.ResponseFormat is Text beside a JsonSchema; leave it out or make it Json.";
    }

    private static bool Outside(double? value, double least, double most) =>
        value is { } given && !(given >= least && given <= most);
}
