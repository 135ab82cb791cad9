namespace Millrace.Contracts;

/// <summary>
/// Where events are published: one topic exchange, with the routing key <c>kind.channel.generationId</c>. A reader binds what it
/// wants: <c>chunk.#</c>, <c>*.billing.#</c>, <c>*.*.0198….#</c>.
/// </summary>
public static class EventRouting
{
    /// <summary>The topic exchange.</summary>
    public const string Exchange = "millrace.events";

    /// <summary>The channel of a request that names none.</summary>
    public const string DefaultChannel = "default";

    /// <summary>The event types and the first part of their routing keys.</summary>
    public static IReadOnlyDictionary<Type, string> Kinds { get; } = new Dictionary<Type, string>
    {
        [typeof(GenerationQueued)] = "queued",
        [typeof(GenerationStarted)] = "started",
        [typeof(ChunkProduced)] = "chunk",
        [typeof(GenerationCompleted)] = "completed",
        [typeof(GenerationFailed)] = "failed",
        [typeof(GenerationCancelled)] = "cancelled",
        [typeof(RequestRejected)] = "rejected",
        [typeof(BatchProgressed)] = "batch-progressed",
        [typeof(BatchCompleted)] = "batch-completed",
        [typeof(ToolCallRequested)] = "tool",
        [typeof(ToolApprovalRequested)] = "approval",
        [typeof(ToolRegistered)] = "registered",
        [typeof(ChunksReplayed)] = "replay",
        [typeof(SessionAnswered)] = "session",
        [typeof(CapabilitiesAnswered)] = "capabilities",
        [typeof(ContentAnswered)] = "content",
    };

    /// <summary>
    /// The routing key of a <see cref="ToolCallRequested"/>: it has the tool's name as a fourth part, so that the tool's owner binds <c>tool.*.*.get_weather</c>.
    /// </summary>
    public static string ToolKey(string? channel, Guid generationId, string tool) => $"{Key("tool", channel, generationId)}.{tool}";

    /// <summary>The routing key of an event. <paramref name="generationId"/>, of a batch's event the batch's id, is written in lower case with hyphens.</summary>
    public static string Key(string kind, string? channel, Guid generationId) =>
        $"{kind}.{channel ?? DefaultChannel}.{generationId:D}";
}
