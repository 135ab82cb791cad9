using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Engine.Requests;

/// <summary>What the events of a generation carry of the message that asked for it, on whichever worker it runs.</summary>
public sealed record Correlation
{
    /// <summary>MassTransit's id of everything that follows from one message.</summary>
    public Guid? ConversationId { get; init; }

    /// <summary>The message's own initiator or, as MassTransit has it, its correlation id.</summary>
    public Guid? InitiatorId { get; init; }

    /// <summary>The producer's own headers.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Members that no request has, for the terminal event.</summary>
    public IReadOnlyList<string>? IgnoredMembers { get; init; }

    private bool IsEmpty => this is { ConversationId: null, InitiatorId: null, Headers: null, IgnoredMembers: null };

    /// <summary>As it is stored with the generation; null if there is nothing to carry.</summary>
    public string? ToJson() => IsEmpty ? null : JsonSerializer.Serialize(this, ContractsJson.Options);

    public static Correlation? Read(string? stored) => stored is null ? null : JsonSerializer.Deserialize<Correlation>(stored, ContractsJson.Options);
}
