using System.Text.Json;
using Millrace.Engine.Tools;
using Millrace.Providers.Schemas;
using Millrace.Providers.Streaming;

namespace Millrace.Engine.ToolCalls;

/// <summary>Whether the arguments of a call are what its tool takes.</summary>
internal static class ArgumentForm
{
    /// <summary>What is wrong with them, for the model, or null.</summary>
    public static async Task<string?> ProblemAsync(Tool tool, string arguments, CancellationToken cancellation)
    {
        try
        {
            return await FormThreads.RunAsync(steps => Problem(tool, arguments, steps), cancellation) is { } problem ? $"The tool was not called: {problem}" : null;
        }
        catch (SchemaWorkException work)
        {
            return $"The tool was not called: the check of its arguments against its schema {work.Message}.";
        }
    }

    private static string? Problem(Tool tool, string arguments, StepBudget steps)
    {
        using var given = JsonDocument.Parse(arguments);
        if (given.RootElement.TryGetProperty(CallArguments.NotAnObject, out var odd))
            return $"its arguments were a JSON {odd.ValueKind}; they must be an object.";
        try
        {
            return new JsonForm(tool.Parameters).Check(given.RootElement, steps) is { } broken ? $"its arguments break its schema.\n{broken.Details}" : null;
        }
        catch (SchemaException fault)
        {
            return $"its schema cannot be used: {fault.Message}.";
        }
        catch (InvalidOperationException)
        {
            return "its arguments hold half of a surrogate pair, which is no text.";
        }
    }
}
