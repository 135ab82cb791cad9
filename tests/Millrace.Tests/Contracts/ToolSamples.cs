using System.Text.Json;
using Millrace.Contracts;
using static Millrace.Tests.Contracts.RequestSamples;

namespace Millrace.Tests.Contracts;

/// <summary>One of each record about tools that other services run, and about consent, every property filled.</summary>
internal static class ToolSamples
{
    private static readonly Guid Asked = Guid.Parse("01980000-0000-7000-8000-000000000005");

    public static RegisterTool Offered { get; } = new()
    {
        RequestId = Asked,
        Name = "weather",
        Description = "The weather of a city, now.",
        Parameters = JsonElement.Parse("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"""),
        TimeoutSeconds = 120,
        RequiresApproval = true,
        Remove = true,
        Channel = "weather-service",
    };

    public static ToolRegistered Registered { get; } = new() { RequestId = Asked, Name = "weather", Problem = "The workers have a tool 'weather' of their own; choose another name." };

    public static ToolApprovalRequested ApprovalAsked { get; } = new()
    {
        GenerationId = Generation,
        Tenant = "acme",
        SessionId = Session,
        Step = 2,
        Call = Call,
        Deadline = Time,
    };

    public static DecideToolCall Decision { get; } = new() { GenerationId = Generation, CallId = "call-1", Approve = true, Reason = "Not on Sundays." };
}
