using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Millrace.Client;
using Millrace.Client.Errors;
using Millrace.Contracts;
using Millrace.Dialects.Errors;
using Millrace.Gateway.Access;
using Millrace.Gateway.Operations;
using Millrace.Gateway.Quotas;
using Millrace.Gateway.Requests;

namespace Millrace.Gateway.Native;

/// <summary>
/// The broker's question about a session with the broker's answer to it, for programs that speak in these messages anyway, like the client library. Problems are
/// part of the answer. What only reads has a route of its own, so that a key needs for it what it needs elsewhere.
/// </summary>
internal static class SessionOperationEndpoints
{
    private static readonly SessionOperation[] Reading = [SessionOperation.Read, SessionOperation.List];
    private static readonly SessionOperation[] Changing = [.. Enum.GetValues<SessionOperation>().Except(Reading)];

    public static void MapSessionOperations(this IEndpointRouteBuilder api)
    {
        var routes = api.MapGroup("/sessions").WithTags("Sessions");
        Describe(routes.MapPost("/questions", ReadAsync).Needs(Scope.Read).Lasts()
            .WithExample("""{"requestId":"01981f6e-2a60-7c3e-8d0b-6d1f0e5f3a07","operation":"Read","sessionId":"01981f6e-2a60-7c3e-8d0b-6d1f0e5f3a01","limit":20}""")
            .WithName("askAboutSession").WithSummary("Read a session or list sessions, in the broker's messages."));
        Describe(routes.MapPost("/operations", ChangeAsync).Needs(Scope.Sessions).Lasts()
            .WithExample("""{"requestId":"01981f6e-2a60-7c3e-8d0b-6d1f0e5f3a08","operation":"Append","sessionId":"01981f6e-2a60-7c3e-8d0b-6d1f0e5f3a01","messages":[{"role":"User","text":"Why is the sky blue?"}]}""")
            .WithName("changeSession").WithSummary("Make or change a session, in the broker's messages."));
    }

    private static void Describe(RouteHandlerBuilder route) => route.Accepts<SessionRequested>("application/json").Produces<SessionAnswered>().ProducesProblem(400)
        .WithDescription("The body is a `SessionRequested`, the answer its `SessionAnswered`; a refusal is an answer too, with `problem` and `message`. The same `requestId` again, of the same tenant and session, changes nothing more. `tenant`, `channel` and `callId` are the gateway's to fill in.");

    private static Task<Ok<SessionAnswered>> ReadAsync(HttpContext http, MillraceClient client, ModelNames models, SessionIds ids) => AskAsync(http, client, models, ids, Reading);

    private static Task<Ok<SessionAnswered>> ChangeAsync(HttpContext http, MillraceClient client, ModelNames models, SessionIds ids, SessionRoom room) =>
        AskAsync(http, client, models, ids, Changing, room);

    private static async Task<Ok<SessionAnswered>> AskAsync(
        HttpContext http, MillraceClient client, ModelNames models, SessionIds ids, SessionOperation[] taken, SessionRoom? room = null)
    {
        var (asked, tenant) = (await BodyReader.ReadAsync<SessionRequested>(http), http.Caller().Tenant);
        if (!taken.Contains(asked.Operation))
            throw FaultException.BadRequest($"operation is {asked.Operation}; it must be one of {string.Join(", ", taken)} here.", "operation");
        if (asked.Tenant is { } other && other != tenant)
            throw FaultException.BadRequest("tenant is another's than the API key's; leave it out.", "tenant");
        if (asked.RequestId == Guid.Empty) throw FaultException.BadRequest("requestId is the empty UUID; each request needs its own.", "requestId");
        if (asked.Operation == SessionOperation.Create) await ids.ChosenAsync(http, asked.SessionId, "sessionId");
        if (asked.Operation == SessionOperation.Fork) await ids.ChosenAsync(http, asked.NewSessionId, "newSessionId");
        if (room is not null) await TakeRoomAsync(http, asked, room);
        try
        {
            return TypedResults.Ok(await client.AskAsync(asked with { Tenant = tenant, Model = models.Resolve(asked.Model) }, http.RequestAborted));
        }
        catch (SessionException refused)
        {
            return TypedResults.Ok(new SessionAnswered { RequestId = asked.RequestId, Problem = refused.Problem, Message = refused.Message });
        }
    }

    private static Task TakeRoomAsync(HttpContext http, SessionRequested asked, SessionRoom room) => asked.Operation switch
    {
        SessionOperation.Create => room.TakeTurnAsync(http.Caller().Tenant, asked.SessionId, SessionRoom.SizeOf(asked.Messages), http.RequestAborted), // the same again makes none
        SessionOperation.Append => room.TakeAsync(http.Caller().Tenant, 0, SessionRoom.SizeOf(asked.Messages), http.RequestAborted),
        SessionOperation.Fork => room.TakeCopyAsync(http.Caller().Tenant, asked.SessionId, http.RequestAborted),
        _ => Task.CompletedTask,
    };
}
