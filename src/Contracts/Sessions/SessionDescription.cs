namespace Millrace.Contracts;

/// <summary>A session without its messages.</summary>
public sealed record SessionDescription
{
    /// <summary>Which session.</summary>
    public required Guid SessionId { get; init; }

    /// <summary>Whose it is.</summary>
    public required string Tenant { get; init; }

    /// <summary>Instructions before the conversation.</summary>
    public string? SystemPrompt { get; init; }

    /// <summary>The provider for requests that name none.</summary>
    public string? Provider { get; init; }

    /// <summary>The model for requests that name none.</summary>
    public string? Model { get; init; }

    /// <summary>Options for requests; an option of the request goes before these.</summary>
    public GenerationOptions? Options { get; init; }

    /// <summary>The producer's own labels.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Messages in it.</summary>
    public required long MessageCount { get; init; }

    /// <summary>The ordinal of its last message, 0 if there is none.</summary>
    public required long LastOrdinal { get; init; }

    /// <summary>The generation whose turn it is, if there is one.</summary>
    public Guid? ActiveGeneration { get; init; }

    /// <summary>Generations that wait for their turn.</summary>
    public required long Waiting { get; init; }

    /// <summary>Tokens and cost of its generations. Absent in lists.</summary>
    public SessionUsage? Usage { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>UTC, when a turn or a change ended.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}
