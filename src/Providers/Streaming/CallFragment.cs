using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Millrace.Providers.Streaming;

/// <summary>A piece of a tool call, as a frame of the stream brought it.</summary>
/// <param name="Index">Which call of the answer it belongs to; null for one that is a call of its own.</param>
/// <param name="Id">The provider's id, where this piece has one.</param>
/// <param name="Name">The tool, where this piece names it.</param>
/// <param name="Arguments">The next characters of the arguments' JSON text.</param>
public readonly record struct CallFragment(long? Index, string? Id, string? Name, string Arguments)
{
    /// <summary>An object that never ends: arguments that did not arrive whole.</summary>
    private const string Broken = "{";

    public static IReadOnlyList<CallFragment> None { get; } = [];

    /// <summary>The calls that a chat client has put together itself, each as one piece.</summary>
    public static IReadOnlyList<CallFragment> WholeIn(ChatResponseUpdate update)
    {
        List<CallFragment>? calls = null;
        foreach (var content in update.Contents)
        {
            if (content is FunctionCallContent call) (calls ??= []).Add(new(null, call.CallId, call.Name, TextOf(call)));
        }
        return calls ?? None;
    }

    /// <summary>A client that could not read the arguments gives none and says why beside them; such a call must not be made without any.</summary>
    private static string TextOf(FunctionCallContent call) =>
        call.Exception is null ? JsonSerializer.Serialize(call.Arguments) : Broken;
}
