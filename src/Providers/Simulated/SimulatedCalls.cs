using Microsoft.Extensions.AI;
using Millrace.Providers.Streaming;

namespace Millrace.Providers.Simulated;

/// <summary>The tool calls that a script asks for.</summary>
internal static class SimulatedCalls
{
    /// <summary>None when tools have answered since the model spoke, and none of a tool that is not offered.</summary>
    public static IReadOnlyList<AIContent> Of(SimulatedScript script, IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        if (script.Calls.Count == 0 || options?.Tools is not { } offered || SimulatedText.ToldSince(messages).Any()) return [];
        var calls = new List<AIContent>();
        foreach (var (number, name) in script.Calls.Index())
        {
            if (offered.OfType<AIFunctionDeclaration>().FirstOrDefault(tool => tool.Name == name) is not { } tool) continue;
            calls.Add(new FunctionCallContent($"call_{number}", name, CallArguments.Read(Arguments(script, number, tool))));
        }
        return options.AllowMultipleToolCalls is false ? [.. calls.Take(1)] : calls;
    }

    private static string Arguments(SimulatedScript script, int number, AIFunctionDeclaration tool)
    {
        if (script.Arguments.Count > 0) return script.Arguments[Math.Min(number, script.Arguments.Count - 1)];
        return new LeastValue().Of(tool.JsonSchema)?.ToJsonString() ?? "{}";
    }
}
