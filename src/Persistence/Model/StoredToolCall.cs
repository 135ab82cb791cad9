namespace Millrace.Persistence.Model;

/// <summary>One call of a tool: a row before it runs, and after. The table is <c>tool_calls</c>.</summary>
internal sealed class StoredToolCall
{
    public Guid GenerationId { get; set; }

    /// <summary>Our own id of the call, which every provider gets to see.</summary>
    public required string CallId { get; set; }

    public Guid? SessionId { get; set; }
    public int Step { get; set; }

    /// <summary>Its place among the calls of its step, from 0.</summary>
    public int Position { get; set; }

    /// <summary>The id that the provider gave it.</summary>
    public string? ProviderCallId { get; set; }

    public required string Name { get; set; }

    /// <summary>A JSON object.</summary>
    public required string Arguments { get; set; }

    /// <summary>One of <see cref="ToolCallState"/>.</summary>
    public required string State { get; set; }

    /// <summary>What it returned, as a JSON string.</summary>
    public string? Result { get; set; }

    /// <summary>Why there is no result, as a JSON string.</summary>
    public string? Error { get; set; }

    /// <summary>Who ran it: a worker's name, or <c>remote</c>.</summary>
    public string? Executor { get; set; }

    /// <summary>How often it was begun, or sent out.</summary>
    public int Attempt { get; set; }

    public DateTimeOffset RequestedAt { get; set; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Until when the answer of a service or a person is waited for.</summary>
    public DateTimeOffset? Deadline { get; set; }

    /// <summary>When the question is asked again; absent until the broker is known to have it.</summary>
    public DateTimeOffset? AgainAt { get; set; }
}
