using System.Text.Json;
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

/// <summary><c>/api/sessions/{id}/messages</c>: a session's transcript.</summary>
internal static class MessageEndpoints
{
    /// <summary>A page also ends here: a message can be megabytes.</summary>
    private const int LargestPage = 1024 * 1024;

    private const int Batch = 10;

    public static void MapMessages(this IEndpointRouteBuilder api)
    {
        var routes = api.MapGroup("/sessions/{id:guid}/messages").WithTags("Sessions").WithParameter("id", "The session.");
        routes.MapGet("/", ReadAsync).Needs(Scope.Read).Produces<MessagePage>().ProducesProblem(400).ProducesProblem(404)
            .WithParameter("afterOrdinal", "The page begins after this message. Default: 0, at the beginning.")
            .WithName("readMessages").WithSummary("Read a session's messages, oldest first.")
            .WithDescription("A page ends at `limit` (1 to 100, 20 by default) or at about 1 MiB. The next one begins after `nextAfterOrdinal`.");
        routes.MapPost("/", AppendAsync).Needs(Scope.Sessions)
            .Accepts<NewMessagesBody>("application/json").Produces<SessionDescription>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409)
            .Lasts().TakesIdempotencyKey()
            .WithExample("""{"messages":[{"role":"User","text":"Why is the sky blue?"},{"role":"Assistant","text":"Because air scatters blue light most."}]}""")
            .WithName("appendMessages").WithSummary("Add messages behind the last one.")
            .WithDescription("The same `Idempotency-Key` again adds nothing more, for 24 h. Refused with 409 while a generation runs or waits in the session.");
        routes.MapDelete("/", ClearAsync).Needs(Scope.Sessions).Produces(204).ProducesProblem(404).ProducesProblem(409)
            .WithName("clearSession").WithSummary("Remove a session's messages and keep the rest.")
            .WithDescription("The next message's ordinal goes on. Refused with 409 while a generation runs or waits in the session.");
    }

    private static async Task<Ok<MessagePage>> ReadAsync(Guid id, long? afterOrdinal, int? limit, HttpContext http, SessionStore sessions)
    {
        var (most, after) = (PageLimit.Of(limit), afterOrdinal ?? 0);
        if (after < 0) throw FaultException.BadRequest($"afterOrdinal is {after}; it must be 0 or more.", "afterOrdinal");
        var session = await SessionEndpoints.FindAsync(id, http, sessions);
        var (page, size) = (new List<SessionMessage>(), 0L);
        while (true)
        {
            var found = await sessions.MessagesAsync(id, after, Math.Min(Batch, most - page.Count), http.RequestAborted);
            foreach (var message in found)
            {
                size += JsonSerializer.SerializeToUtf8Bytes(message, ContractsJson.Options).Length;
                if (page.Count > 0 && size > LargestPage) break;
                page.Add(message);
                after = message.Ordinal;
            }
            if (found.Count == 0 || page.Count == most || size > LargestPage) break;
        }
        return TypedResults.Ok(new MessagePage { Data = page, NextAfterOrdinal = page.Count > 0 && after < session.LastOrdinal ? after : null });
    }

    private static async Task<Ok<SessionDescription>> AppendAsync(Guid id, HttpContext http, MillraceClient client, SessionRoom room, TimeProvider time)
    {
        var body = await BodyReader.ReadAsync<NewMessagesBody>(http);
        await room.TakeAsync(http.Caller().Tenant, 0, SessionRoom.SizeOf(body.Messages), http.RequestAborted);
        var answer = await client.AskAsync(new SessionRequested
        {
            RequestId = IdempotencyKey.IdFor(http, $"messages/{id}", time),
            Operation = SessionOperation.Append,
            SessionId = id,
            Tenant = http.Caller().Tenant,
            Messages = body.Messages,
        }, http.RequestAborted);
        return TypedResults.Ok(answer.Session);
    }

    private static async Task<NoContent> ClearAsync(Guid id, HttpContext http, MillraceClient client)
    {
        await client.Session(id, http.Caller().Tenant).ClearAsync(http.RequestAborted);
        return TypedResults.NoContent();
    }
}
