using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Millrace.Client;
using Millrace.Client.Errors;
using Millrace.Dialects.Errors;
using Millrace.Gateway.Access;
using Millrace.Gateway.Errors;
using Millrace.Gateway.Operations;
using Millrace.Gateway.Requests;
using Millrace.Gateway.Streams;
using Millrace.Persistence.Chunks;
using Millrace.Persistence.Fleet;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;

namespace Millrace.Gateway.Native;

/// <summary><c>/api/generations</c>: make, look at, follow and end generations.</summary>
internal static class GenerationEndpoints
{
    public static void MapGenerations(this IEndpointRouteBuilder api)
    {
        var routes = api.MapGroup("/generations").WithTags("Generations").WithParameter("id", "The generation.");
        routes.MapPost("/", CreateAsync).Needs(Scope.Generate)
            .Accepts<NewGenerationBody>("application/json").Produces<GenerationView>(202).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(410)
            .Lasts().TakesIdempotencyKey()
            .WithExample("""{"prompt":"Why is the sky blue?","options":{"temperature":0.2,"maxOutputTokens":300},"class":"Bulk","metadata":{"job":"17"}}""")
            .WithName("createGeneration").WithSummary("Ask for a generation.")
            .WithDescription("Answers when the fleet has taken it. The same `Idempotency-Key` or `generationId` again is the same generation; with another request it is refused with 409.");
        routes.MapGet("/{id:guid}", GetAsync).Needs(Scope.Read).Produces<GenerationView>().ProducesProblem(404)
            .LastsWith("wait").WithParameter("wait", "Answer when it has ended, or after so many seconds: 0 to 60. Default: answer at once.")
            .WithName("getGeneration").WithSummary("Look at a generation.")
            .WithDescription("With `wait`, answers when it has ended, or as it stands after so many seconds (at most 60).");
        routes.MapGet("/{id:guid}/events", EventsAsync).Needs(Scope.Read).Produces<string>(200, "text/event-stream").Produces(204).ProducesProblem(404).ProducesProblem(410)
            .Lasts().WithParameter("after", "The last sequence that the reader has. Default: 0, from the beginning.")
            .WithHeader("Last-Event-ID", "The id of the last event that the reader has: the stream goes on behind it. It goes before `after`. Default: none.")
            .WithName("followGeneration").WithSummary("Follow a generation.")
            .WithDescription("Server-sent events: `chunk` with a `ChunkProduced`, its sequence as the id, then `completed`, `failed` or `cancelled`. A reader that comes back with `Last-Event-ID` (or `after`) goes on behind it, at any gateway; behind the last event the answer is 204, which ends a browser's EventSource.");
        routes.MapPost("/{id:guid}/cancel", CancelAsync).Needs(Scope.Generate).Produces(202).ProducesProblem(404)
            .WithParameter("reason", "Why, for the record; at most 512 characters. Default: none.")
            .WithName("cancelGeneration").WithSummary("End a generation.");
    }

    private static async Task<IResult> CreateAsync(HttpContext http, RequestSubmitter submitter, TimeProvider time)
    {
        var body = await BodyReader.ReadAsync<NewGenerationBody>(http);
        IdempotencyKey.Chosen(body.GenerationId, "generationId");
        var request = body.ToRequest(IdempotencyKey.GenerationIdFor(http, time));
        await using var stream = await submitter.OpenAsync(http, request, ownId: body.GenerationId is not null);
        var run = await submitter.TakenAsync(http.Caller(), request, stream, http.RequestAborted);
        var id = request.GenerationId;
        return TypedResults.Accepted($"/api/generations/{id}", run is null ? GenerationView.Submitted(id) : GenerationView.Of(run));
    }

    private static async Task<Ok<GenerationView>> GetAsync(Guid id, int? wait, HttpContext http, GenerationStore generations, EndWaiter ends, QueueStore queues)
    {
        if (wait is < 0 or > 60) throw FaultException.BadRequest($"wait is {wait}; it must be 0 to 60 seconds.", "wait");
        var run = await FindAsync(id, http, generations);
        if (wait is { } seconds && !GenerationState.IsTerminal(run.State))
        {
            await ends.WaitAsync(id, TimeSpan.FromSeconds(seconds), http.RequestAborted);
            await http.LookAtKeyAsync();
            run = await FindAsync(id, http, generations);
        }
        return TypedResults.Ok(GenerationView.Of(run) with { Queue = await PlaceAsync(run, queues, http.RequestAborted) });
    }

    private static async Task<QueuePlace?> PlaceAsync(GenerationSnapshot run, QueueStore queues, CancellationToken cancellation)
    {
        if (run.State is not (GenerationState.Queued or GenerationState.Held)) return null;
        var (position, wait) = await queues.PlaceAsync(run.Lane, run.ReceivedAt, cancellation);
        return new() { Position = position, ExpectedWaitMs = wait?.TotalMilliseconds };
    }

    private static async Task EventsAsync(Guid id, long? after, HttpContext http, GenerationStore generations, ReplayPages log, MillraceClient client, EventStreamRelay relay)
    {
        var (run, seen) = (await FindAsync(id, http, generations), LastSeen(http, after));
        if (GenerationState.IsTerminal(run.State) && seen > run.LastSequence)
        {
            LastEventId.SawTheEnd(http);
            return;
        }
        if (GenerationState.IsTerminal(run.State) && seen < run.LastSequence) await CheckLogAsync(id, seen, log, http.RequestAborted);
        await using var stream = client.FollowAsync(id, seen, http.RequestAborted);
        await relay.RelayAsync(http, stream, new NativeEventFormat(), new(CanResume: true, AtOnce: true));
    }

    /// <summary>Once the answer has begun it is too late for a status that says that the chunks are gone.</summary>
    private static async Task CheckLogAsync(Guid id, long seen, ReplayPages log, CancellationToken cancellation)
    {
        var (page, _) = await log.ReadAsync(new() { GenerationId = id, AfterSequence = seen, Limit = 1 }, cancellation);
        if (page.Chunks.Count == 0) throw new ChunksExpiredException(id, seen);
    }

    private static async Task<Accepted> CancelAsync(Guid id, string? reason, HttpContext http, GenerationStore generations, MillraceClient client)
    {
        await FindAsync(id, http, generations);
        await client.CancelAsync(id, reason, http.RequestAborted);
        return TypedResults.Accepted($"/api/generations/{id}");
    }

    private static async Task<GenerationSnapshot> FindAsync(Guid id, HttpContext http, GenerationStore generations) =>
        await generations.FindAsync(http.Caller().Tenant, id, http.RequestAborted) ?? throw FaultException.NotFound(ErrorMap.NoGeneration(id));

    /// <summary>The header is the browser's own, which comes with each reconnection; so it goes before the address, which stays the same.</summary>
    private static long LastSeen(HttpContext http, long? after) => LastEventId.Of(http)
        ?? (after is null or >= 0 ? after ?? 0 : throw FaultException.BadRequest($"after is {after}; a sequence is 0 or more.", "after"));
}
