namespace Millrace.Providers.Streaming;

/// <summary>A piece of a tool call, as a frame of the stream brought it.</summary>
/// <param name="Index">Which call of the answer it belongs to; null for one that is a call of its own.</param>
/// <param name="Id">The provider's id, where this piece has one.</param>
/// <param name="Name">The tool, where this piece names it.</param>
/// <param name="Arguments">The next characters of the arguments' JSON text.</param>
public readonly record struct CallFragment(long? Index, string? Id, string? Name, string Arguments)
{
    public static IReadOnlyList<CallFragment> None { get; } = [];
}
