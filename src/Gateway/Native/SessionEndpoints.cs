using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Millrace.Client;
using Millrace.Contracts;
using Millrace.Dialects.Errors;
using Millrace.Gateway.Access;
using Millrace.Gateway.Operations;
using Millrace.Gateway.Quotas;
using Millrace.Gateway.Requests;
using Millrace.Persistence.Sessions;

namespace Millrace.Gateway.Native;

/// <summary><c>/api/sessions</c>: conversations that the fleet keeps. What is read comes from the database; what is changed, a worker does.</summary>
internal static class SessionEndpoints
{
    private const string Busy = "Refused with 409 while a generation runs or waits in the session.";

    public static void MapSessions(this IEndpointRouteBuilder api)
    {
        var routes = api.MapGroup("/sessions").WithTags("Sessions").WithParameter("id", "The session.");
        routes.MapPost("/", CreateAsync).Needs(Scope.Sessions)
            .Accepts<NewSessionBody>("application/json").Produces<SessionDescription>(201).Produces<SessionDescription>().ProducesProblem(400).ProducesProblem(409)
            .Lasts().TakesIdempotencyKey()
            .WithExample("""{"systemPrompt":"You are a helpful assistant.","options":{"temperature":0.2},"metadata":{"user":"42"}}""")
            .WithName("createSession").WithSummary("Make a session.")
            .WithDescription("201 for a new one. One that exists under the given `sessionId` or `Idempotency-Key` is left as it is and answered with 200. A session also comes into being with the first generation that names it.");
        routes.MapGet("/", ListAsync).Needs(Scope.Read).Produces<Page<SessionDescription>>().ProducesProblem(400)
            .WithName("listSessions").WithSummary("List sessions, the latest used first.");
        routes.MapGet("/{id:guid}", GetAsync).Needs(Scope.Read).Produces<SessionDescription>().ProducesProblem(404)
            .WithName("getSession").WithSummary("Look at a session.");
        routes.MapPost("/{id:guid}/fork", ForkAsync).Needs(Scope.Sessions)
            .Accepts<ForkBody>("application/json").Produces<SessionDescription>(201).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409)
            .Lasts().TakesIdempotencyKey()
            .WithExample("""{"throughOrdinal":1}""")
            .WithName("forkSession").WithSummary("Copy a session, up to a message.")
            .WithDescription("Also while it is busy. The same `Idempotency-Key` again is the same copy.");
        routes.MapDelete("/{id:guid}", DeleteAsync).Needs(Scope.Sessions).Produces(204).ProducesProblem(404).ProducesProblem(409)
            .WithName("deleteSession").WithSummary("Remove a session with its messages.")
            .WithDescription($"Its generations stay. {Busy}");
    }

    /// <summary>The session, if the caller's tenant has it.</summary>
    /// <exception cref="FaultException">It has not.</exception>
    public static async Task<SessionDescription> FindAsync(Guid id, HttpContext http, SessionStore sessions) =>
        await sessions.FindAsync(http.Caller().Tenant, id, http.RequestAborted) ?? throw FaultException.NotFound($"There is no session {id}.");

    private static async Task<IResult> CreateAsync(HttpContext http, SessionIds ids, MillraceClient client, ModelNames models, SessionRoom room, TimeProvider time)
    {
        var body = await BodyReader.ReadAsync<NewSessionBody>(http);
        var tenant = http.Caller().Tenant;
        var (id, isThere) = await ids.ForNewAsync(http, body.SessionId, "sessionId");
        if (!isThere) await room.TakeAsync(tenant, 1, SessionRoom.SizeOf(body.Messages), http.RequestAborted);
        var answer = await client.AskAsync(new SessionRequested
        {
            RequestId = Guid.CreateVersion7(time.GetUtcNow()),
            Operation = SessionOperation.Create,
            SessionId = id,
            Tenant = tenant,
            SystemPrompt = body.SystemPrompt,
            Provider = body.Provider,
            Model = models.Resolve(body.Model),
            Options = body.Options,
            Metadata = body.Metadata,
            Messages = body.Messages,
        }, http.RequestAborted);
        return isThere ? TypedResults.Ok(answer.Session) : TypedResults.Created($"/api/sessions/{id}", answer.Session);
    }

    private static async Task<Ok<Page<SessionDescription>>> ListAsync(int? limit, string? cursor, HttpContext http, SessionStore sessions)
    {
        var (most, tenant, after) = (PageLimit.Of(limit), http.Caller().Tenant, Cursor.Id(cursor));
        if (after is { } last && await sessions.FindAsync(tenant, last, http.RequestAborted) is null)
            throw FaultException.BadRequest("cursor stands behind a session that has been deleted; begin again without it.", "cursor");
        var found = await sessions.ListAsync(tenant, after, most + 1, http.RequestAborted);
        return TypedResults.Ok(Page<SessionDescription>.Of(found, most, session => Cursor.Of(session.SessionId)));
    }

    private static async Task<Ok<SessionDescription>> GetAsync(Guid id, HttpContext http, SessionStore sessions) =>
        TypedResults.Ok(await FindAsync(id, http, sessions));

    private static async Task<Created<SessionDescription>> ForkAsync(Guid id, HttpContext http, SessionIds ids, MillraceClient client, SessionRoom room, TimeProvider time)
    {
        var body = http.Request.ContentLength == 0 ? new() : await BodyReader.ReadAsync<ForkBody>(http);
        var (copy, _) = await ids.ForNewAsync(http, body.SessionId, "sessionId");
        await room.TakeCopyAsync(http.Caller().Tenant, id, http.RequestAborted);
        var answer = await client.AskAsync(new SessionRequested
        {
            RequestId = IdempotencyKey.IdFor(http, $"fork/{id}", time),
            Operation = SessionOperation.Fork,
            SessionId = id,
            Tenant = http.Caller().Tenant,
            NewSessionId = copy,
            ThroughOrdinal = body.ThroughOrdinal,
        }, http.RequestAborted);
        return TypedResults.Created($"/api/sessions/{copy}", answer.Session);
    }

    private static async Task<NoContent> DeleteAsync(Guid id, HttpContext http, MillraceClient client)
    {
        await client.Session(id, http.Caller().Tenant).DeleteAsync(http.RequestAborted);
        return TypedResults.NoContent();
    }
}
