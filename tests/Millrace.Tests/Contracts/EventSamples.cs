using Millrace.Contracts;
using static Millrace.Tests.Contracts.RequestSamples;

namespace Millrace.Tests.Contracts;

/// <summary>One of each record that comes from the fleet, every property filled.</summary>
internal static class EventSamples
{
    public static TokenUsage Usage { get; } = new() { Input = 100, Cached = 60, Output = 30, Reasoning = 10 };

    public static GenerationTimings Timings { get; } = new() { QueuedMs = 12.5, FirstChunkMs = 250, TotalMs = 1800.25 };

    public static AttemptFailure Failure { get; } = new()
    {
        Attempt = 1,
        Step = 2,
        Provider = "openai",
        Model = "gpt-test",
        Reason = FailureReason.ProviderUnavailable,
        Message = "The provider is overloaded.",
        HttpStatus = 503,
        ProviderRequestId = "req_1",
        ProviderCode = "overloaded_error",
        ProviderParam = "model",
        Cost = 0.00005m,
    };

    public static ChunkProduced Chunk { get; } = new()
    {
        GenerationId = Generation,
        SessionId = Session,
        Sequence = 3,
        Epoch = 2,
        Step = 1,
        Kind = ChunkKind.ToolResult,
        Text = "Sunny ☀",
        ToolCall = Call,
        IsError = true,
        KeepThrough = 0,
        ProducedAt = Time,
    };

    public static GenerationQueued Queued { get; } = new()
    {
        GenerationId = Generation,
        SessionId = Session,
        Position = 41,
        ExpectedWaitMs = 8200.5,
        QueuedAt = Time,
    };

    public static GenerationStarted Started { get; } = new()
    {
        GenerationId = Generation,
        SessionId = Session,
        Worker = "host-1:4711",
        Provider = "openai",
        Model = "gpt-test",
        Attempt = 2,
        Epoch = 1,
        StartedAt = Time,
    };

    private static string[] Ignored { get; } = ["promt", "options.temprature"];

    public static GenerationCompleted Completed { get; } = new()
    {
        GenerationId = Generation,
        SessionId = Session,
        Text = "It is sunny.",
        Reasoning = "The tool said so.",
        FinishReason = FinishReason.Stop,
        ToolCalls = [Call],
        Provider = "openai",
        Model = "gpt-test",
        Usage = Usage,
        Cost = 0.000125m,
        ReusedFrom = Generation,
        Attempts = 2,
        Failures = [Failure],
        IgnoredOptions = ["topK"],
        IgnoredMembers = Ignored,
        OmittedTurns = 3,
        LastSequence = 9,
        Timings = Timings,
    };

    public static GenerationFailed Failed { get; } = new()
    {
        GenerationId = Generation,
        SessionId = Session,
        Reason = FailureReason.RateLimited,
        Message = "The provider allows 60 requests a minute.",
        Retryable = true,
        Provider = "openai",
        Model = "gpt-test",
        HttpStatus = 429,
        ProviderRequestId = "req_2",
        ProviderCode = "rate_limit_exceeded",
        ProviderParam = "messages.2.content",
        Attempts = 3,
        Failures = [Failure],
        Cost = 0.0001m,
        PartialText = "It is",
        IgnoredMembers = Ignored,
        LastSequence = 4,
        Timings = Timings,
    };

    public static GenerationCancelled Cancelled { get; } = new()
    {
        GenerationId = Generation,
        SessionId = Session,
        Reason = "The user left.",
        PartialText = "It is",
        IgnoredMembers = Ignored,
        Usage = Usage,
        Cost = 0.000125m,
        Attempts = 1,
        LastSequence = 4,
        Timings = Timings,
    };

    public static ModelCapabilities Capabilities { get; } = new()
    {
        Provider = "openai",
        Model = "gpt-test",
        Known = true,
        Streaming = true,
        Tools = true,
        Vision = false,
        ImageUrls = false,
        JsonMode = true,
        JsonSchema = false,
        ContextTokens = 128_000,
        MaxOutputTokens = 16_384,
    };

    /// <summary>A real answer has one of the two; the file shows the names of both.</summary>
    public static CapabilitiesAnswered CapabilitiesTold { get; } = new()
    {
        RequestId = Generation,
        Problem = "Provider 'opnai' is not configured. Configured: openai.",
        Models = [Capabilities],
    };

    /// <summary>A real answer has an id or a problem; the file shows the names of both.</summary>
    public static ContentAnswered ContentTold { get; } = new()
    {
        RequestId = Generation,
        ContentId = Guid.Parse("01980000-0000-7000-8000-000000000005"),
        Problem = ContentProblem.TooLarge,
        Message = "Length is 30000000; 1 to 20971520 bytes are taken (Millrace:MaxAttachmentBytes).",
    };

    public static RequestRejected Rejected { get; } = new()
    {
        GenerationId = Generation,
        Reason = RejectionReason.DifferentRequest,
        Message = "The id belongs to another request.",
        MessageType = nameof(GenerateRequested),
        RequestId = Generation,
        MessageId = "message-1",
        CorrelationId = "order-17",
    };

    public static ToolCallRequested ToolCallRequested { get; } = new()
    {
        GenerationId = Generation,
        Tenant = "acme",
        SessionId = Session,
        Step = 1,
        Call = Call,
        IdempotencyKey = "01980000-call-1",
        Deadline = Time,
    };

    /// <summary>A real page holds at most one of the three ends; the file shows the names of all.</summary>
    public static ChunksReplayed Replayed { get; } = new()
    {
        GenerationId = Generation,
        AfterSequence = 2,
        Chunks = [Chunk],
        HasMore = true,
        Known = true,
        Completed = Completed,
        Failed = Failed,
        Cancelled = Cancelled,
    };

    public static BatchProgressed Progress { get; } = new() { BatchId = Batch, Total = 10, Completed = 4, Failed = 1, Usage = Usage, Cost = 0.0125m };

    public static BatchCompleted BatchEnd { get; } = new()
    {
        BatchId = Batch,
        Status = BatchStatus.Expired,
        Total = 10,
        Completed = 7,
        Failed = 2,
        Usage = Usage,
        Cost = 0.0125m,
        Message = "The file has no lines.",
        CreatedAt = Time,
        FinishedAt = Time,
    };

    private static Guid Batch => new("01890a5d-ac96-774b-bcce-b302099a8057");
}
