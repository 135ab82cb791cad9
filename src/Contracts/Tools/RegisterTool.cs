using System.Text.Json;

namespace Millrace.Contracts;

/// <summary>
/// Offers a tool that a service runs itself: the fleet sends it each call as a <see cref="ToolCallRequested"/>. It is kept until it is taken back; the same
/// name again replaces it. The answer is a <see cref="ToolRegistered"/>.
/// </summary>
public sealed record RegisterTool
{
    /// <summary>The request's identity, chosen by the sender; its answer carries it. Required, not the empty GUID.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>The tool's name: <c>[A-Za-z0-9_-]{1,64}</c>, and not that of a tool which the workers run themselves. Required.</summary>
    public required string Name { get; init; }

    /// <summary>What it does and when to call it, for the model.</summary>
    public string? Description { get; init; }

    /// <summary>The JSON schema (an object) of its arguments, at most 256 KiB and 48 levels deep. Default: no arguments.</summary>
    public JsonElement? Parameters { get; init; }

    /// <summary>How long a call may take, 1 s to 30 days, in seconds. After that the model is told that it failed. Default: 900.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>True when a person has to agree to each call before it is made. Default: false.</summary>
    public bool RequiresApproval { get; init; }

    /// <summary>True takes the tool back.</summary>
    public bool Remove { get; init; }

    /// <summary>The middle part of the answer's routing key: <c>[A-Za-z0-9_-]{1,64}</c>. Default: <c>default</c>.</summary>
    public string? Channel { get; init; }
}
