using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Millrace.Dialects.Bodies;
using Millrace.Gateway.Access;
using Millrace.Gateway.Errors;
using Millrace.Gateway.Operations;
using Millrace.Gateway.Requests;
using Millrace.Gateway.Streams;

namespace Millrace.Gateway.Simple;

/// <summary><c>POST /generate</c> and <c>POST /stream</c>: a prompt in, text out.</summary>
internal static class SimpleEndpoints
{
    public static void MapSimpleFace(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/generate", GenerateAsync)
            .Accepts<SimpleRequest>("application/json").Produces<SimpleAnswer>()
            .ProducesProblem(400).ProducesProblem(402).ProducesProblem(404).ProducesProblem(409).ProducesProblem(410).ProducesProblem(422).ProducesProblem(502).ProducesProblem(504)
            .Needs(Scope.Generate).Lasts().TakesIdempotencyKey()
            .WithExample("""{"prompt":"Why is the sky blue?","temperature":0.2,"max_tokens":300}""")
            .WithName("generate").WithTags("Simple").WithSummary("Answer a prompt.")
            .WithDescription("Waits for the whole answer, for the gateway's `RequestTimeout` (9 min by default) at most; after that the generation goes on, and the problem names its `generationId`. The same `Idempotency-Key` again is the same generation.");
        routes.MapPost("/stream", StreamAsync)
            .Accepts<SimpleRequest>("application/json").Produces<string>(200, "text/event-stream")
            .ProducesProblem(400).ProducesProblem(402).ProducesProblem(404).ProducesProblem(409).ProducesProblem(410).ProducesProblem(422).ProducesProblem(502).ProducesProblem(504)
            .Needs(Scope.Generate).Lasts().TakesIdempotencyKey()
            .WithExample("""{"prompt":"Why is the sky blue?","system_prompt":"Answer a child.","cancel_on_disconnect":true}""")
            .WithName("stream").WithTags("Simple").WithSummary("Answer a prompt, as it is produced.")
            .WithDescription("Server-sent events: messages with text, then `done` with what `/generate` answers, or `error` with a problem. `restart` says how many characters still count.");
    }

    private static async Task GenerateAsync(HttpContext http, AnswerWaiter answers, TimeProvider time)
    {
        var asked = await BodyReader.ReadAsync<SimpleRequest>(http);
        var request = asked.ToRequest(IdempotencyKey.GenerationIdFor(http, time));
        var outcome = await answers.WaitAsync(http, request, asked.CancelOnDisconnect);
        if (outcome.IsFault) await FaultWriter.WriteAsync(http, outcome.Fault);
        else await http.Response.WriteAsJsonAsync(SimpleAnswer.Of(outcome.Completed), JsonBody.Options, http.RequestAborted);
    }

    private static async Task StreamAsync(HttpContext http, RequestSubmitter submitter, EventStreamRelay relay, TimeProvider time)
    {
        var asked = await BodyReader.ReadAsync<SimpleRequest>(http);
        var request = asked.ToRequest(IdempotencyKey.GenerationIdFor(http, time));
        await using var stream = await submitter.OpenAsync(http, request);
        await relay.RelayAsync(http, stream, new SimpleEventFormat(), new(CancelOnDisconnect: asked.CancelOnDisconnect));
    }
}
