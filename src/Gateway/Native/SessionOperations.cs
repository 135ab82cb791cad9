using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Millrace.Client;
using Millrace.Contracts;
using Millrace.Gateway.Access;
using Millrace.Gateway.Errors;
using Millrace.Gateway.Requests;

namespace Millrace.Gateway.Native;

/// <summary>
/// <c>/api/sessions/operations</c>: the broker's question about a session with the broker's answer to it, for programs that speak in these messages anyway, like
/// the client library. Its problems are part of the answer.
/// </summary>
internal static class SessionOperations
{
    public static void MapSessionOperations(this IEndpointRouteBuilder api) => api.MapPost("/sessions/operations", AskAsync).WithTags("Sessions")
        .Accepts<SessionRequested>("application/json").Produces<SessionAnswered>().ProducesProblem(400)
        .WithName("askAboutSession").WithSummary("Make, read or change a session, in the broker's messages.")
        .WithDescription("The body is a `SessionRequested`, the answer its `SessionAnswered`; a refusal is an answer too, with `problem` and `message`. The same `requestId` again changes nothing more. `tenant` and `channel` are the gateway's to fill in.");

    private static async Task<Ok<SessionAnswered>> AskAsync(HttpContext http, MillraceClient client, ModelNames models)
    {
        var asked = await JsonBody.ReadAsync<SessionRequested>(http);
        if (asked.Tenant is { } tenant && tenant != http.Caller().Tenant)
            throw FaultException.BadRequest("tenant is another's than the API key's; leave it out.", "tenant");
        try
        {
            return TypedResults.Ok(await client.AskAsync(asked with { Tenant = http.Caller().Tenant, Model = models.Resolve(asked.Model) }, http.RequestAborted));
        }
        catch (SessionException refused)
        {
            return TypedResults.Ok(new SessionAnswered { RequestId = asked.RequestId, Problem = refused.Problem, Message = refused.Message });
        }
    }
}
