using System.Text;
using System.Text.Json.Nodes;

namespace Millrace.Gateway.Documents;

/// <summary>An example of each body and each parameter, as a caller would write it.</summary>
internal static class Examples
{
    private const string Document = """
        {"schemaVersion":1,"session":{"systemPrompt":"You are a helpful assistant."},
         "messages":[{"role":"User","text":"My name is Ada."},{"role":"Assistant","text":"Pleased to meet you, Ada."}]}
        """;

    private static readonly Dictionary<string, string> Bodies = new()
    {
        ["generate"] = """{"prompt":"Why is the sky blue?","temperature":0.2,"max_tokens":300}""",
        ["stream"] = """{"prompt":"Why is the sky blue?","system_prompt":"Answer a child.","cancel_on_disconnect":true}""",
        ["createGeneration"] = """{"prompt":"Why is the sky blue?","options":{"temperature":0.2,"maxOutputTokens":300},"class":"Bulk","metadata":{"job":"17"}}""",
        ["decideToolCall"] = """{"approve":false,"reason":"Not on Sundays."}""",
        ["createSession"] = """{"systemPrompt":"You are a helpful assistant.","options":{"temperature":0.2},"metadata":{"user":"42"}}""",
        ["forkSession"] = """{"throughOrdinal":1}""",
        ["appendMessages"] = """{"messages":[{"role":"User","text":"Why is the sky blue?"},{"role":"Assistant","text":"Because air scatters blue light most."}]}""",
        ["importSession"] = Document,
        ["retryBatch"] = """{"budget":25}""",
        ["createWebhook"] = """{"url":"https://hooks.example.com/millrace","events":["generation.completed","generation.failed"]}""",
        ["changeSession"] = """{"requestId":"01981f6e-2a60-7c3e-8d0b-6d1f0e5f3a08","operation":"Append","sessionId":"01981f6e-2a60-7c3e-8d0b-6d1f0e5f3a01","messages":[{"role":"User","text":"Why is the sky blue?"}]}""",
        ["askAboutSession"] = """{"requestId":"01981f6e-2a60-7c3e-8d0b-6d1f0e5f3a07","operation":"Read","sessionId":"01981f6e-2a60-7c3e-8d0b-6d1f0e5f3a01","limit":20}""",
    };

    /// <summary>What a body looks like, or null where there is no body or no example.</summary>
    public static (string ContentType, Func<JsonNode> Example)? BodyOf(string operation) => operation == "uploadContent" ? ("text/plain", () => "Plain text.")
        : Bodies.TryGetValue(operation, out var body) ? ("application/json", () => JsonNode.Parse(Encoding.UTF8.GetBytes(body))!) : null;

    /// <summary>What a parameter of that name could be.</summary>
    public static JsonNode? ValueOf(string parameter) => parameter switch
    {
        "id" => "01981f6e-2a60-7c3e-8d0b-6d1f0e5f3a01",
        "callId" => "call-1",
        "customId" => "line-1",
        "which" => "answers",
        "limit" => 20,
        "wait" => 30,
        "state" => "completed",
        "receivedAfter" => "2026-03-04T05:06:07Z",
        "from" => "2026-03-01",
        "groupBy" => "day,model",
        "format" => "json",
        "tenant" => "acme",
        "name" => "notes.md",
        "Idempotency-Key" => "order-4711",
        "Last-Event-ID" => "7",
        _ => null,
    };

    /// <summary>What a parameter means that says nothing itself.</summary>
    public static string? MeaningOf(string operation, string parameter) => parameter switch
    {
        "id" => operation.Contains("Session", StringComparison.Ordinal) || operation.Contains("Messages", StringComparison.Ordinal) ? "The session."
            : operation.Contains("Batch", StringComparison.Ordinal) ? "The batch."
            : operation.Contains("Content", StringComparison.Ordinal) ? "The content."
            : operation.Contains("Webhook", StringComparison.Ordinal) || operation.Contains("Deliver", StringComparison.Ordinal) ? "The webhook." : "The generation.",
        "callId" => "The tool call: its callId.",
        "customId" => "The line: its custom_id.",
        "deliveryId" => "The delivery.",
        "wait" => "Answer when it has ended, or after so many seconds: 0 to 60. Default: answer at once.",
        "after" => "The last sequence that the reader has. Default: 0, from the beginning.",
        "reason" => "Why, for the record; at most 512 characters. Default: none.",
        "limit" => "The most entries in the page, 1 to 100. Default: 20.",
        "cursor" => "The nextCursor of the page before. Default: the first page.",
        "afterOrdinal" => "The page begins after this message. Default: 0, at the beginning.",
        _ => null,
    };
}
