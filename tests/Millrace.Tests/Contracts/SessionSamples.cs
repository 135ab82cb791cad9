using Millrace.Contracts;
using static Millrace.Tests.Contracts.RequestSamples;

namespace Millrace.Tests.Contracts;

/// <summary>One of each record about sessions, every property filled.</summary>
internal static class SessionSamples
{
    private static readonly Guid Fork = Guid.Parse("01980000-0000-7000-8000-000000000003");
    private static readonly Guid Asked = Guid.Parse("01980000-0000-7000-8000-000000000004");

    public static SessionMessage Message { get; } = new()
    {
        Ordinal = 2,
        Role = MessageRole.Assistant,
        Text = " To the left. ",
        Reasoning = "The street is known.",
        ToolCalls = [Call],
        ToolResults = [Result],
        Attachments = [Picture],
        Partial = true,
        GenerationId = Generation,
        Provider = "openai",
        Model = "gpt-test",
        Usage = EventSamples.Usage,
        CreatedAt = Time,
    };

    public static SessionRequested Requested { get; } = new()
    {
        RequestId = Asked,
        Operation = SessionOperation.Fork,
        SessionId = Session,
        Tenant = "acme",
        SystemPrompt = "Be brief.",
        Provider = "openai",
        Model = "gpt-test",
        Options = Options,
        Metadata = new Dictionary<string, string> { ["Job"] = "17" },
        Messages = [Message],
        NewSessionId = Fork,
        ThroughOrdinal = 2,
        AfterOrdinal = 1,
        AfterSessionId = Fork,
        Limit = 50,
        CallId = Fork,
        Channel = "c-1",
    };

    public static SessionUsage Used { get; } = new()
    {
        Generations = 3,
        InputTokens = 300,
        OutputTokens = 90,
        Cost = 0.0005m,
        WithoutPrice = 1,
    };

    public static SessionDescription Description { get; } = new()
    {
        SessionId = Session,
        Tenant = "acme",
        SystemPrompt = "Be brief.",
        Provider = "openai",
        Model = "gpt-test",
        Options = Options,
        Metadata = new Dictionary<string, string> { ["Job"] = "17" },
        MessageCount = 2,
        LastOrdinal = 2,
        ActiveGeneration = Generation,
        Waiting = 1,
        Usage = Used,
        CreatedAt = Time,
        UpdatedAt = Time,
    };

    public static SessionAnswered Answered { get; } = new()
    {
        RequestId = Asked,
        CallId = Fork,
        Tenant = "acme",
        Problem = SessionProblem.NotFound,
        Message = "There is no such session.",
        Session = Description,
        Messages = [Message],
        Sessions = [Description],
        HasMore = true,
    };
}
