using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Millrace.Client;
using Millrace.Dialects.Errors;
using Millrace.Gateway.Access;
using Millrace.Gateway.Errors;
using Millrace.Gateway.Operations;
using Millrace.Gateway.Requests;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;
using Millrace.Persistence.ToolCalls;

namespace Millrace.Gateway.Native;

/// <summary><c>/api/generations/{id}/tool-calls</c>: what the model called, and consent.</summary>
internal static class ToolCallEndpoints
{
    private const int LongestReason = 512;

    public static void MapToolCalls(this IEndpointRouteBuilder api)
    {
        var routes = api.MapGroup("/generations/{id:guid}/tool-calls").WithTags("Tools").WithParameter("id", "The generation.").WithParameter("callId", "The tool call: its callId.");
        routes.MapGet("/", ListAsync).Needs(Scope.Read).Produces<Page<ToolCallView>>().ProducesProblem(404)
            .WithName("listToolCalls").WithSummary("List the tool calls of a generation.")
            .WithDescription("All of them, in the order in which the model made them.");
        routes.MapPost("/{callId}/decision", DecideAsync).Needs(Scope.Approve)
            .Accepts<DecisionBody>("application/json").Produces(202).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409)
            .WithExample("""{"approve":false,"reason":"Not on Sundays."}""")
            .WithName("decideToolCall").WithSummary("Agree to a tool call, or refuse it.")
            .WithDescription("Needs a key with the scope `approve`; `generate` does not hold it. For a call in the state `approving`. The first decision holds; one that comes too late changes nothing. A call that does not wait for consent is answered with 409.");
    }

    private static async Task<Ok<Page<ToolCallView>>> ListAsync(Guid id, HttpContext http, GenerationStore generations, ToolCallHistory calls) =>
        TypedResults.Ok(new Page<ToolCallView> { Data = [.. (await ReadAsync(id, http, generations, calls)).Select(ToolCallView.Of)] });

    private static async Task<Accepted> DecideAsync(
        Guid id, string callId, HttpContext http, GenerationStore generations, ToolCallHistory calls, MillraceClient client)
    {
        var decision = await BodyReader.ReadAsync<DecisionBody>(http);
        if (decision.Reason is { Length: > LongestReason } reason)
            throw FaultException.BadRequest($"reason has {reason.Length} characters; at most {LongestReason} are allowed.", "reason");
        var made = await ReadAsync(id, http, generations, calls);
        var call = made.Find(one => one.CallId == callId) ?? throw FaultException.NotFound(made.Count == 0
            ? $"Generation {id} has no tool calls."
            : $"Generation {id} has no tool call '{(callId.Length > 64 ? callId[..64] : callId)}'. It has: {string.Join(", ", made.Select(one => one.CallId))}.");
        if (call.State != ToolCallState.Approving)
            throw new FaultException(new(409, "not_approving", $"The call is {call.State}; only one that is approving waits for a decision.") { GenerationId = id });
        if (decision.Approve) await client.ApproveToolCallAsync(id, callId, http.RequestAborted);
        else await client.DenyToolCallAsync(id, callId, decision.Reason, http.RequestAborted);
        return TypedResults.Accepted($"/api/generations/{id}/tool-calls");
    }

    private static async Task<List<PastToolCall>> ReadAsync(Guid id, HttpContext http, GenerationStore generations, ToolCallHistory calls)
    {
        _ = await generations.FindAsync(http.Caller().Tenant, id, http.RequestAborted) ?? throw FaultException.NotFound(ErrorMap.NoGeneration(id));
        return await calls.ReadAsync(id, http.RequestAborted);
    }
}
