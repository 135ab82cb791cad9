using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Tests.Contracts;

/// <summary>One of each record that goes to the fleet, every property filled.</summary>
internal static class RequestSamples
{
    public static readonly Guid Generation = Guid.Parse("01980000-0000-7000-8000-000000000001");
    public static readonly Guid Session = Guid.Parse("01980000-0000-7000-8000-000000000002");
    public static readonly DateTimeOffset Time = new(2026, 3, 4, 5, 6, 7, 890, TimeSpan.Zero);

    public static ToolCall Call { get; } = new("call-1", "weather", """{"city":"Paris"}""");

    public static ToolResult Result { get; } = new("call-1", "Sunny ☀", IsError: true);

    public static Attachment Picture { get; } = new()
    {
        MediaType = "image/png",
        Name = "gare.png",
        Data = new byte[] { 0x89, 0x50, 0x4E, 0x47, 0xFB, 0xFF },
        Url = "https://example.com/gare.png?a=1&b=+",
        ContentId = Guid.Parse("01980000-0000-7000-8000-000000000005"),
    };

    /// <summary>A real message has calls, results or attachments by its role; the file shows the names of all.</summary>
    public static PromptMessage Message { get; } = new(MessageRole.User, "Où est <la> \"gare\"? 🚉\n")
    {
        ToolCalls = [Call],
        ToolResults = [Result],
        Reasoning = "The city is known.",
        Attachments = [Picture],
    };

    public static GenerationOptions Options { get; } = new()
    {
        Temperature = 0.7,
        TopP = 0.95,
        TopK = 40,
        MaxOutputTokens = 1024,
        Stop = ["END", "\n\n"],
        Seed = 42,
        FrequencyPenalty = 0.5,
        PresencePenalty = -0.5,
        ResponseFormat = ResponseFormat.Json,
        JsonSchema = JsonElement.Parse("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"""),
        MaxCorrections = 1,
        ReasoningEffort = ReasoningEffort.High,
        Verbosity = Verbosity.Low,
        ToolChoice = "auto",
        ParallelToolCalls = false,
    };

    public static CallerTool CallerTool { get; } = new()
    {
        Name = "look_up",
        Description = "Looks it up where the caller is.",
        Parameters = JsonElement.Parse("""{"type":"object","properties":{"what":{"type":"string"}},"required":["what"]}"""),
        Strict = true,
    };

    public static GenerateRequested Request { get; } = new()
    {
        GenerationId = Generation,
        Prompt = "Where is the station?",
        Messages = [Message],
        SystemPrompt = "Be brief.",
        Provider = "openai",
        Model = "gpt-test",
        Options = Options,
        SessionId = Session,
        WhenBusy = WhenBusy.Interrupt,
        WhenTooLong = WhenTooLong.Fail,
        Tools = ["weather", "clock"],
        CallerTools = [CallerTool],
        MaxSteps = 5,
        ReuseSeconds = 600,
        Fallbacks = ["anthropic/claude-test", "ollama"],
        Class = GenerationClass.Bulk,
        Channel = "billing",
        NotAfter = Time,
        Tenant = "acme",
        Metadata = new Dictionary<string, string> { ["Job"] = "17" },
        Origin = JsonElement.Parse("""{"request":{"n":1}}"""),
    };

    public static CapabilitiesRequested CapabilitiesAsked { get; } = new()
    {
        RequestId = Generation,
        Provider = "openai",
        Model = "gpt-test",
        Channel = "c-1",
    };

    /// <summary>A real question is of one operation; the file shows the names of both.</summary>
    public static ContentRequested ContentAsked { get; } = new()
    {
        RequestId = Generation,
        Operation = ContentOperation.Upload,
        Tenant = "acme",
        ContentId = Guid.Parse("01980000-0000-7000-8000-000000000005"),
        UploadId = Guid.Parse("01980000-0000-7000-8000-000000000006"),
        MediaType = "text/plain",
        Name = "gare.txt",
        Length = 5,
        Sha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
        Piece = 0,
        Data = "hello"u8.ToArray(),
        Channel = "c-1",
    };

    public static CancelGeneration Cancel { get; } = new() { GenerationId = Generation, Reason = "The user left." };

    public static ReplayRequested Replay { get; } = new()
    {
        GenerationId = Generation,
        AfterSequence = 7,
        Limit = 100,
        Channel = "reader-1",
    };

    public static ToolCallCompleted ToolAnswer { get; } = new()
    {
        GenerationId = Generation,
        CallId = "call-1",
        Result = "Sunny",
        Error = "The station is closed.",
    };
}
