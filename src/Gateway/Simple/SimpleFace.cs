using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Millrace.Client;
using Millrace.Gateway.Access;
using Millrace.Gateway.Requests;
using Millrace.Gateway.Streams;

namespace Millrace.Gateway.Simple;

/// <summary><c>POST /generate</c> and <c>POST /stream</c>: a prompt in, text out.</summary>
internal static class SimpleFace
{
    public static void MapSimpleFace(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/generate", GenerateAsync)
            .Accepts<SimpleRequest>("application/json").Produces<SimpleAnswer>()
            .Needs(Scope.Generate).WithName("generate").WithTags("Simple").WithSummary("Answer a prompt.");
        routes.MapPost("/stream", StreamAsync)
            .Accepts<SimpleRequest>("application/json").Produces<string>(200, "text/event-stream")
            .Needs(Scope.Generate).WithName("stream").WithTags("Simple").WithSummary("Answer a prompt, as it is produced.")
            .WithDescription("Server-sent events: messages with text, then `done` with what `/generate` answers, or `error` with a problem. `restart` says how many characters still count.");
    }

    private static async Task<IResult> GenerateAsync(HttpContext http, Submission submission, WholeAnswer whole, TimeProvider time)
    {
        var asked = await JsonBody.ReadAsync<SimpleRequest>(http);
        var request = asked.ToRequest(IdempotencyKey.GenerationIdFor(http, time));
        await using var stream = await submission.OpenAsync(http.Caller(), request, http.RequestAborted);
        return Results.Json(SimpleAnswer.Of(await whole.OfAsync(http, stream, asked.CancelOnDisconnect)), JsonBody.Options);
    }

    private static async Task StreamAsync(HttpContext http, Submission submission, Relay relay, TimeProvider time)
    {
        var asked = await JsonBody.ReadAsync<SimpleRequest>(http);
        var request = asked.ToRequest(IdempotencyKey.GenerationIdFor(http, time));
        await using var stream = await submission.OpenAsync(http.Caller(), request, http.RequestAborted);
        await relay.TellAsync(http, stream, new SimpleForm(), new(CancelOnDisconnect: asked.CancelOnDisconnect));
    }
}
