using System.Text.Json;
using Millrace.Worker.Forms;
using Millrace.Worker.Providers;

namespace Millrace.Worker.Tools;

/// <summary>Whether the arguments of a call are what its tool takes.</summary>
internal static class ArgumentForm
{
    /// <summary>What is wrong with them, for the model, or null.</summary>
    public static string? Problem(Tool tool, string arguments)
    {
        using var given = JsonDocument.Parse(arguments);
        if (given.RootElement.TryGetProperty(CallArguments.NotAnObject, out var odd))
            return $"The tool was not called: its arguments were a JSON {odd.ValueKind}; they must be an object.";
        return new JsonForm(tool.Parameters).Check(given.RootElement) is { } broken
            ? $"The tool was not called: its arguments break its schema.\n{broken.Details}"
            : null;
    }
}
