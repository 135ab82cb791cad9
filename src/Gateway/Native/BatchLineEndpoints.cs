using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Millrace.Dialects.Errors;
using Millrace.Dialects.OpenAI;
using Millrace.Gateway.Access;
using Millrace.Gateway.OpenAI.Batches;
using Millrace.Gateway.Operations;
using Millrace.Persistence.Batches;

namespace Millrace.Gateway.Native;

/// <summary>The lines of a batch: what has come of them, and each one's generation.</summary>
internal static class BatchLineEndpoints
{
    private static readonly Dictionary<string, BatchResults> Kinds = new(StringComparer.Ordinal)
    {
        ["answers"] = BatchResults.Answers,
        ["errors"] = BatchResults.Errors,
        ["all"] = BatchResults.InOrder,
    };

    public static void MapBatchLines(this IEndpointRouteBuilder api)
    {
        var routes = api.MapGroup("/batches/{id:guid}").WithTags("Batches").WithParameter("id", "The batch.").WithParameter("customId", "The line: its custom_id.");
        routes.MapGet("/results", ResultsAsync).Needs(Scope.Read).Produces<string>(200, "application/jsonl").ProducesProblem(400).ProducesProblem(404)
            .Lasts()
            .WithName("getBatchResults").WithSummary("Read the results of a batch.")
            .WithDescription("A line of JSON for each line of the file that has ended, those that there are by now, also while the batch runs. They keep their order and only become more, until failed lines are run again: who has n lines goes on with `after=n`, at any gateway, after a lost connection or for what is new.");
        routes.MapGet("/lines/{**customId}", LineAsync).Needs(Scope.Read).Produces<BatchLineView>().ProducesProblem(404)
            .WithName("getBatchLine").WithSummary("Look at one line of a batch.")
            .WithDescription("It says which generation the line is, to be followed or cancelled under `/api/generations`.");
    }

    private static async Task ResultsAsync(
        Guid id,
        [Description("answers: lines with an answer, in the order in which they ended. errors: the others, and behind the batch's end those that never ran. all: both, in the order of the file, up to the first line that has not ended. Default: answers.")] string? which,
        [Description("How many lines the reader has: the answer begins behind them. Default: 0.")] long? after,
        HttpContext http, BatchStore batches, BatchResultStore results)
    {
        if (!Kinds.TryGetValue(which ?? "answers", out var kind)) throw FaultException.BadRequest($"which is '{OpenAIObjects.Short(which!)}'; it must be one of {string.Join(", ", Kinds.Keys)}.", "which");
        if (after is < 0) throw FaultException.BadRequest($"after is {after}; a number of lines is 0 or more.", "after");
        var batch = await BatchEndpoints.FindAsync(id, http, batches);
        var place = after is > 0 ? await results.SkipAsync(batch, kind, after.Value, http.RequestAborted) : BatchPlace.Start;
        await BatchOutputs.WriteAsync(http, batch, results.ReadAsync(batch, kind, place, http.RequestAborted));
    }

    private static async Task<Ok<BatchLineView>> LineAsync(Guid id, string customId, HttpContext http, BatchStore batches, BatchResultStore results)
    {
        var batch = await BatchEndpoints.FindAsync(id, http, batches);
        var line = customId.Contains('\0', StringComparison.Ordinal) ? null : await results.FindAsync(batch, customId, http.RequestAborted);
        return TypedResults.Ok(BatchLineView.Of(line ?? throw FaultException.NotFound($"Batch {id} has no line '{OpenAIObjects.Short(customId)}'.")));
    }
}
