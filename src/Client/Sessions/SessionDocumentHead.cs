using Millrace.Contracts;

namespace Millrace.Client.Sessions;

/// <summary>What a <see cref="SessionDocument"/> says about the session itself. All of it is optional.</summary>
public sealed record SessionDocumentHead
{
    /// <summary>The id it had. An import gives another unless told.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>Instructions before the conversation.</summary>
    public string? SystemPrompt { get; init; }

    /// <summary>The provider for requests that name none.</summary>
    public string? Provider { get; init; }

    /// <summary>The model for requests that name none.</summary>
    public string? Model { get; init; }

    /// <summary>Options for requests.</summary>
    public GenerationOptions? Options { get; init; }

    /// <summary>The producer's own labels.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>UTC. For the reader; an import begins anew.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>UTC. For the reader; an import begins anew.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }
}
