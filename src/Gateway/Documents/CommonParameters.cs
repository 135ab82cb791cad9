using System.Text.Json.Nodes;

namespace Millrace.Gateway.Documents;

/// <summary>What is the same of a parameter in every operation.</summary>
internal static class CommonParameters
{
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

    /// <summary>What a parameter means that is the same everywhere and says nothing itself.</summary>
    public static string? MeaningOf(string parameter) => parameter switch
    {
        "limit" => "The most entries in the page, 1 to 100. Default: 20.",
        "cursor" => "The nextCursor of the page before. Default: the first page.",
        _ => null,
    };
}
