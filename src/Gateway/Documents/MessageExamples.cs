using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Gateway.Documents;

/// <summary>One of each message, as it could be.</summary>
internal static class MessageExamples
{
    private static readonly Guid Generation = new("01981f6e-2a60-7c3e-8d0b-6d1f0e5f3a01");
    private static readonly Guid Session = new("01981f6e-3000-7000-8000-000000000001");
    private static readonly Guid Batch = new("01981f6e-5000-7000-8000-000000000001");
    private static readonly Guid Request = new("01981f6e-4000-7000-8000-000000000001");
    private static readonly Guid Upload = new("01981f6e-7000-7000-8000-000000000001");
    private static readonly DateTimeOffset Time = new(2026, 3, 4, 5, 6, 7, 890, TimeSpan.Zero);
    private static readonly GenerationTimings Timings = new() { QueuedMs = 3.5, FirstChunkMs = 240, TotalMs = 1810.25 };
    private static readonly ToolCall Call = new("c1", "get_weather", """{"city":"Oslo"}""");

    private static readonly GenerationCompleted Completed = new()
    {
        GenerationId = Generation,
        Text = "Because air scatters blue light most.",
        FinishReason = FinishReason.Stop,
        Provider = "openai",
        Model = "gpt-4o-mini",
        Usage = new() { Input = 14, Output = 8 },
        Attempts = 1,
        LastSequence = 2,
        Timings = Timings,
    };

    private static readonly ChunkProduced Chunk = new()
    {
        GenerationId = Generation,
        Sequence = 1,
        Epoch = 1,
        Step = 1,
        Kind = ChunkKind.Text,
        Text = "Because air ",
        ProducedAt = Time,
    };

    private static readonly SessionDescription Described = new()
    {
        SessionId = Session,
        Tenant = "default",
        SystemPrompt = "You are a helpful assistant.",
        MessageCount = 2,
        LastOrdinal = 2,
        Waiting = 0,
        CreatedAt = Time,
        UpdatedAt = Time,
    };

    /// <summary>What goes to the fleet.</summary>
    public static IReadOnlyList<object> In { get; } =
    [
        new GenerateRequested
        {
            GenerationId = Generation,
            Prompt = "Why is the sky blue?",
            Provider = "openai",
            Model = "gpt-4o-mini",
            Options = new() { Temperature = 0.2, MaxOutputTokens = 300 },
            Fallbacks = ["anthropic/claude-sonnet-4-5"],
            Channel = "billing",
        },
        new CancelGeneration { GenerationId = Generation, Reason = "The user left." },
        new ReplayRequested { GenerationId = Generation, AfterSequence = 1, Channel = "reader-1" },
        new SessionRequested
        {
            RequestId = Request,
            Operation = SessionOperation.Append,
            SessionId = Session,
            Messages = [new() { Role = MessageRole.User, Text = "Why is the sky blue?" }],
            Channel = "ask-42",
        },
        new CapabilitiesRequested { RequestId = Request, Provider = "openai", Model = "gpt-4o-mini", Channel = "ask-42" },
        new ContentRequested
        {
            RequestId = Request,
            Operation = ContentOperation.Upload,
            UploadId = Upload,
            MediaType = "text/plain",
            Name = "notes.txt",
            Length = 5,
            Sha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
            Piece = 0,
            Data = "hello"u8.ToArray(),
            Channel = "ask-42",
        },
        new RegisterTool
        {
            RequestId = Request,
            Name = Call.Name,
            Description = "The weather of a city, now.",
            Parameters = JsonElement.Parse("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"""),
            TimeoutSeconds = 60,
            Channel = "weather-1",
        },
        new ToolCallCompleted { GenerationId = Generation, CallId = Call.Id, Result = """{"degrees":3}""" },
        new DecideToolCall { GenerationId = Generation, CallId = Call.Id, Approve = false, Reason = "Not on Sundays." },
    ];

    /// <summary>What the fleet tells.</summary>
    public static IReadOnlyList<object> Out { get; } =
    [
        new GenerationQueued { GenerationId = Generation, Position = 41, ExpectedWaitMs = 8200, QueuedAt = Time },
        new GenerationStarted { GenerationId = Generation, Worker = "host:17", Provider = "openai", Model = "gpt-4o-mini", Attempt = 1, Epoch = 1, StartedAt = Time },
        Chunk,
        Completed,
        new GenerationFailed
        {
            GenerationId = Generation,
            Reason = FailureReason.RateLimited,
            Message = "Provider 'openai' takes no more requests for now (429).",
            Retryable = true,
            Provider = "openai",
            Model = "gpt-4o-mini",
            HttpStatus = 429,
            Attempts = 4,
            LastSequence = 0,
            Timings = Timings,
        },
        new GenerationCancelled { GenerationId = Generation, Reason = "The user left.", PartialText = "Because air ", Attempts = 1, LastSequence = 1, Timings = Timings },
        new RequestRejected { GenerationId = Generation, Reason = RejectionReason.DifferentRequest, Message = "The id belongs to a generation with a different request." },
        new ToolCallRequested { GenerationId = Generation, Tenant = "acme", Step = 1, Call = Call, IdempotencyKey = Call.Id, Deadline = Time.AddMinutes(15) },
        new ToolApprovalRequested { GenerationId = Generation, Tenant = "acme", Step = 1, Call = Call, Deadline = Time.AddDays(7) },
        new ToolRegistered { RequestId = Request, Name = Call.Name },
        new ChunksReplayed { GenerationId = Generation, AfterSequence = 0, Chunks = [Chunk], HasMore = false, Known = true, Completed = Completed with { LastSequence = 1 } },
        new BatchProgressed { BatchId = Batch, Total = 1000, Completed = 412, Failed = 3, Usage = new() { Input = 5780, Output = 3296 }, Cost = 0.0028m },
        new BatchCompleted
        {
            BatchId = Batch,
            Status = BatchStatus.Completed,
            Total = 1000,
            Completed = 994,
            Failed = 6,
            Usage = new() { Input = 13_990, Output = 7_952 },
            Cost = 0.0069m,
            CreatedAt = Time,
            FinishedAt = Time.AddMinutes(4),
        },
        new SessionAnswered { RequestId = Request, Session = Described },
        new ContentAnswered { RequestId = Request, ContentId = Upload },
        new CapabilitiesAnswered
        {
            RequestId = Request,
            Models =
            [
                new() { Provider = "openai", Model = "gpt-4o-mini", Known = true, Streaming = true, Tools = true, Vision = true, ContextTokens = 128_000, MaxOutputTokens = 16_384 },
            ],
        },
    ];
}
