using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Millrace.Dialects.Errors;
using Millrace.Dialects.OpenAI;
using Millrace.Gateway.Access;
using Millrace.Gateway.Errors;
using Millrace.Gateway.Operations;
using Millrace.Gateway.Requests;
using Millrace.Gateway.Streams;

namespace Millrace.Gateway.OpenAI.Chat;

/// <summary><c>POST /v1/chat/completions</c>.</summary>
internal static class ChatEndpoints
{
    public static void MapChat(this IEndpointRouteBuilder v1) => v1.MapPost("/chat/completions", CompleteAsync).Needs(Scope.Generate).Lasts();

    private static async Task CompleteAsync(HttpContext http, RequestSubmitter submitter, AnswerWaiter answers, EventStreamRelay relay, TimeProvider time)
    {
        var asked = await BodyReader.ReadAsync<ChatRequest>(http, OpenAIJson.Options);
        var request = ChatMapping.ToRequest(asked, IdempotencyKey.GenerationIdFor(http, time));
        var (created, cancels) = (time.GetUtcNow(), asked.Millrace?.CancelOnDisconnect == true);
        if (asked.Stream == true)
        {
            await using var stream = await submitter.OpenAsync(http, request);
            await relay.RelayAsync(http, stream, new ChatEventFormat(request, asked, created), new(CancelOnDisconnect: cancels));
            return;
        }
        var outcome = await answers.WaitAsync(http, request, cancels);
        if (outcome.IsFault)
        {
            await FaultWriter.WriteAsync(http, outcome.Fault);
            return;
        }
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(ChatAnswer.Write(outcome.Completed, asked, created), http.RequestAborted);
    }
}
