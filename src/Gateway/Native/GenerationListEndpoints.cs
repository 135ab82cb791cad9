using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Millrace.Dialects.Errors;
using Millrace.Gateway.Access;
using Millrace.Gateway.Errors;
using Millrace.Gateway.Operations;
using Millrace.Gateway.Requests;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;

namespace Millrace.Gateway.Native;

/// <summary><c>/api/generations</c> afterwards: what there is, and the erasing of what was said.</summary>
internal static class GenerationListEndpoints
{
    public static void MapGenerationList(this IEndpointRouteBuilder api)
    {
        var routes = api.MapGroup("/generations").WithTags("Generations").WithParameter("id", "The generation.");
        routes.MapGet("/", ListAsync).Needs(Scope.Read).Produces<Page<GenerationView>>().ProducesProblem(400)
            .WithName("listGenerations").WithSummary("List generations, the latest first.")
            .WithDescription("Pages follow one another by `nextCursor`, with the same filters. What comes in meanwhile is in none of the later pages.");
        routes.MapDelete("/{id:guid}", EraseAsync).Needs(Scope.Generate).Produces(204).ProducesProblem(404).ProducesProblem(409)
            .WithName("eraseGeneration").WithSummary("Erase what was said in a generation.")
            .WithDescription("Request, chunks, tool calls and the texts of the outcome are gone for good; the generation is no longer found. It must have ended: cancel it first. What its session has of it stays in the session.");
    }

    private static async Task<Ok<Page<GenerationView>>> ListAsync([AsParameters] GenerationQuery asked, HttpContext http, GenerationStore generations)
    {
        var limit = PageLimit.Of(asked.Limit);
        var found = await generations.ListAsync(http.Caller().Tenant, asked.ToFilter(), Cursor.Generation(asked.Cursor), limit + 1, http.RequestAborted);
        return TypedResults.Ok(Page<GenerationView>.Of([.. found.Select(GenerationView.Of)], limit, Cursor.Of));
    }

    private static async Task<NoContent> EraseAsync(Guid id, HttpContext http, GenerationStore generations)
    {
        var run = await generations.FindAsync(http.Caller(), id, http.RequestAborted) ?? throw FaultException.NotFound(ErrorMap.NoGeneration(id));
        if (!GenerationState.IsTerminal(run.State))
            throw new FaultException(new(409, "running", $"Generation {id} is {run.State}; only one that has ended can be erased. Cancel it first, or wait.") { GenerationId = id });
        await generations.EraseAsync(http.Caller(), id); // false: somebody else has just done it
        return TypedResults.NoContent();
    }
}
