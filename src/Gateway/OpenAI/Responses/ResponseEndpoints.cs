using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Millrace.Client;
using Millrace.Dialects.Errors;
using Millrace.Dialects.OpenAI;
using Millrace.Gateway.Access;
using Millrace.Gateway.Operations;
using Millrace.Gateway.Requests;
using Millrace.Gateway.Streams;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;

namespace Millrace.Gateway.OpenAI.Responses;

/// <summary><c>/v1/responses</c>: make, look at, follow, cancel and delete responses.</summary>
internal static class ResponseEndpoints
{
    /// <summary>How long a cancelled response may take to say how it ended.</summary>
    private static readonly TimeSpan CancelPatience = TimeSpan.FromSeconds(10);

    public static void MapResponses(this IEndpointRouteBuilder v1)
    {
        v1.MapPost("/responses", CreateAsync).Needs(Scope.Generate).Lasts();
        v1.MapPost("/responses/{id}", NothingHere).Needs(Scope.Generate);
        v1.MapGet("/responses/{id}", GetAsync).Needs(Scope.Read).LastsWith("stream");
        v1.MapPost("/responses/{id}/cancel", CancelAsync).Needs(Scope.Generate);
        v1.MapDelete("/responses/{id}", DeleteAsync).Needs(Scope.Generate);
        v1.MapGet("/responses/{id}/input_items", InputItemsAsync).Needs(Scope.Read);
    }

    private static async Task CreateAsync(HttpContext http, ResponseCreation creation) =>
        await creation.CreateAsync(http, await BodyReader.ReadAsync<ResponseRequest>(http, OpenAIJson.Options));

    /// <summary>What the API has under this path and the gateway has not, <c>compact</c> and <c>input_tokens</c>, is nothing: a wrong method would say that there is something.</summary>
    private static void NothingHere(string id, HttpContext http) => throw FaultException.NotFound($"There is nothing at POST {http.Request.Path}.");

    private static async Task GetAsync(
        string id, bool? stream, long? starting_after, HttpContext http, ResponseStore responses, MillraceClient client, EventStreamRelay relay)
    {
        var found = await responses.FindAsync(http.Caller(), id, http.RequestAborted);
        if (stream != true)
        {
            await OpenAIAnswers.WriteAsync(http, await responses.ObjectAsync(found, http.RequestAborted));
            return;
        }
        var seen = LastEventId.Of(http);
        if (seen is not null && GenerationState.IsTerminal(found.Run.State) && seen >= await responses.LastEventAsync(found, http.RequestAborted))
        {
            LastEventId.SawTheEnd(http);
            return;
        }
        await using var followed = client.FollowAsync(found.Run.Id, cancellationToken: http.RequestAborted);
        await relay.RelayAsync(http, followed, new ResponseEventFormat(new(found.Request, found.Run.ReceivedAt), seen ?? starting_after ?? -1), new(CanResume: true, AtOnce: true));
    }

    private static async Task CancelAsync(string id, HttpContext http, ResponseStore responses, MillraceClient client, EndWaiter ends)
    {
        var found = await responses.FindAsync(http.Caller(), id, http.RequestAborted);
        if (!found.Origin.Background)
            throw new FaultException(new(400, "invalid_request", "Only responses made with background=true can be cancelled. Drop the connection of another one.") { Param = "response_id" });
        await OpenAIAnswers.WriteAsync(http, await responses.ObjectAsync(await EndAsync(found, http, responses, client, ends), http.RequestAborted));
    }

    private static async Task DeleteAsync(string id, HttpContext http, ResponseStore responses, GenerationStore generations, MillraceClient client, EndWaiter ends)
    {
        var found = await EndAsync(await responses.FindAsync(http.Caller(), id, http.RequestAborted), http, responses, client, ends);
        if (!await generations.EraseAsync(http.Caller(), found.Run.Id))
            throw new FaultException(new(409, "in_progress", $"Response '{id}' is still being generated; it was asked to end. Try again in a moment."));
        await OpenAIAnswers.WriteAsync(http, new() { ["id"] = id, ["object"] = "response", ["deleted"] = true });
    }

    private static async Task InputItemsAsync(string id, int? limit, string? order, string? after, HttpContext http, ResponseStore responses) =>
        await OpenAIAnswers.WriteAsync(http, InputItems.List(await responses.FindAsync(http.Caller(), id, http.RequestAborted), limit, order, after));

    /// <summary>A response that has ended, by a cancel if need be.</summary>
    private static async Task<StoredResponse> EndAsync(StoredResponse found, HttpContext http, ResponseStore responses, MillraceClient client, EndWaiter ends)
    {
        if (GenerationState.IsTerminal(found.Run.State)) return found;
        await client.CancelAsync(found.Run.Id, "Cancelled by its caller.", http.RequestAborted);
        await ends.WaitAsync(found.Run.Id, CancelPatience, http.RequestAborted);
        return await responses.FindAsync(http.Caller(), OpenAIIds.Response(found.Run.Id), http.RequestAborted);
    }
}
