using System.Text.Json;
using Millrace.Contracts;
using Millrace.Dialects.Errors;

namespace Millrace.Dialects.OpenAI;

/// <summary>Tools that take a text and no JSON. To the providers they are functions of one text, which all of them know.</summary>
public static class CustomTools
{
    private const string Input = "input";

    private static readonly JsonElement OneText = JsonElement.Parse(
        """{"type":"object","properties":{"input":{"type":"string","description":"The whole input of the tool, as plain text."}},"required":["input"],"additionalProperties":false}""");

    public static CallerTool Read(JsonElement tool, string name) => new() { Name = name, Description = Describe(tool), Parameters = OneText };

    /// <summary>A call's input as the arguments of that function.</summary>
    public static string Arguments(string input) => JsonSerializer.Serialize(new Dictionary<string, string> { [Input] = input }, OpenAIJson.Options);

    /// <summary>The input out of the arguments; what a model wrote in another form is the input as it is.</summary>
    public static string InputOf(string arguments)
    {
        try
        {
            using var document = JsonDocument.Parse(arguments);
            return Json.Text(document.RootElement, Input) ?? arguments;
        }
        catch (JsonException)
        {
            return arguments;
        }
    }

    /// <summary>A grammar is told in words: no wire of the providers' has a place for one.</summary>
    private static string? Describe(JsonElement tool)
    {
        var description = Json.Text(tool, "description");
        var format = Json.Property(tool, "format") ?? default;
        if (Json.Text(Json.Property(format, "grammar") ?? format, "definition") is not { } definition) return description;
        var syntax = Json.Text(Json.Property(format, "grammar") ?? format, "syntax");
        return $"{description}\n\nThe input follows this grammar ({syntax}):\n{definition}".TrimStart();
    }
}
