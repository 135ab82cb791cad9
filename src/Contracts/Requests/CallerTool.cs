using System.Text.Json;

namespace Millrace.Contracts;

/// <summary>
/// A function that the caller runs itself: the model may call it, and the generation completes with the calls for the caller. What came of them goes into the next
/// request, as a message of the role <see cref="MessageRole.Tool"/>.
/// </summary>
public sealed record CallerTool
{
    /// <summary>The tool's name: <c>[A-Za-z0-9_-]{1,64}</c>, once in its request, and not that of a tool of the fleet which the request names. Required.</summary>
    public required string Name { get; init; }

    /// <summary>What it does and when to call it, for the model.</summary>
    public string? Description { get; init; }

    /// <summary>The JSON schema (an object) of its arguments, at most 256 KiB and 48 levels deep, 1 MiB for all tools of a request. The fleet does not hold the model to it. Default: no arguments.</summary>
    public JsonElement? Parameters { get; init; }

    /// <summary>True where the provider should hold the model to the schema, if it can; others pass it over. Default: the provider's own.</summary>
    public bool? Strict { get; init; }
}
