using System.Text;
using System.Text.RegularExpressions;
using Millrace.Engine.Settings;

namespace Millrace.Worker.Cli.Batches;

/// <summary>A prompt with fields of a record in braces; <c>{{</c> and <c>}}</c> are braces.</summary>
internal sealed partial class PromptTemplate
{
    private readonly List<(string Text, bool IsField)> parts = [];

    /// <exception cref="ConfigurationException">A brace has no partner, or there is no field in it.</exception>
    public PromptTemplate(string template)
    {
        var at = 0;
        foreach (Match match in Piece().Matches(template))
        {
            if (match.Index != at) throw Broken(template, at);
            at += match.Length;
            if (match.Groups["field"] is { Success: true } field) parts.Add((field.Value.Trim(), true));
            else parts.Add((match.Value is "{{" or "}}" ? match.Value[..1] : match.Value, false));
        }
        if (at != template.Length) throw Broken(template, at);
        if (!parts.Exists(part => part.IsField)) throw new ConfigurationException($"--template has no field in braces, so all prompts would be the same: '{template}'.");
    }

    /// <summary>The prompt of a record.</summary>
    /// <param name="field">A field's text, or null if the record has no such field.</param>
    /// <param name="missing">What to throw for a field that is not there.</param>
    public string Fill(Func<string, string?> field, Func<string, Exception> missing)
    {
        var prompt = new StringBuilder();
        foreach (var (text, isField) in parts) prompt.Append(isField ? field(text) ?? throw missing(text) : text);
        return prompt.ToString();
    }

    private static ConfigurationException Broken(string template, int at) =>
        new($"--template has a brace without its partner at character {at + 1}: '{template}'. A field is {{name}}; a brace itself is written twice.");

    [GeneratedRegex(@"\{\{|\}\}|\{(?<field>[^{}]+)\}|[^{}]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Piece();
}
