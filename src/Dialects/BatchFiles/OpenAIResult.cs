using System.Text.Json;
using System.Text.Json.Nodes;
using Millrace.Contracts;
using Millrace.Dialects.Errors;
using Millrace.Dialects.OpenAI;
using Millrace.Persistence.Batches;
using Millrace.Persistence.Model;

namespace Millrace.Dialects.BatchFiles;

/// <summary>
/// The result of a line in OpenAI's form. A request that was answered, be it with an error, has a <c>response</c>; one that never ran or was stopped has none, and
/// an <c>error</c>.
/// </summary>
internal static class OpenAIResult
{
    public static string Write(Batch batch, BatchResult result, LineEnd end) => OpenAIJson.Write(new
    {
        Id = OpenAIIds.BatchRequest(result.GenerationId),
        result.CustomId,
        Response = end switch
        {
            { Completed: { } completed } => Response(result, 200, Body(batch, result, completed)),
            { Failed: { } failed } => Response(result, failed.Status, OpenAIError.Write(failed, result.Form == BatchLineForm.Response)),
            _ => null,
        },
        Error = end.Stopped,
    });

    private static object Response(BatchResult result, int status, string body) => new
    {
        StatusCode = status,
        RequestId = $"req_{result.GenerationId:N}",
        Body = JsonNode.Parse(body),
    };

    private static string Body(Batch batch, BatchResult result, GenerationCompleted completed)
    {
        var (request, at) = (JsonSerializer.Deserialize<GenerateRequested>(result.Request, ContractsJson.Options)!, result.FinishedAt ?? batch.CreatedAt);
        if (result.Form == BatchLineForm.Chat) return ChatAnswer.Write(completed, new() { Model = request.Model }, at);
        // The log is gone long before the batch's output is
        var (events, end) = (new ResponseEvents(request, at), ResponseEnd.Of(completed, at));
        foreach (var chunk in RememberedChunks.Of(completed, at))
        {
            foreach (var _ in events.Tell(chunk)) { }
        }
        foreach (var _ in events.End(end)) { }
        return events.Response(end).ToJsonString(OpenAIJson.Options);
    }
}
