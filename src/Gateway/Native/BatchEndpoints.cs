using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Millrace.Dialects.Errors;
using Millrace.Dialects.OpenAI;
using Millrace.Gateway.Access;
using Millrace.Gateway.Operations;
using Millrace.Gateway.Requests;
using Millrace.Persistence.Batches;
using Millrace.Persistence.Model;

namespace Millrace.Gateway.Native;

/// <summary><c>/api/batches</c>: how batches get on, and their failed lines again. They are made and cancelled under <c>/v1/batches</c>.</summary>
internal static class BatchEndpoints
{
    public static void MapBatchList(this IEndpointRouteBuilder api)
    {
        var routes = api.MapGroup("/batches").WithTags("Batches").WithParameter("id", "The batch.");
        routes.MapGet("/", ListAsync).Needs(Scope.Read).Produces<Page<BatchStanding>>().ProducesProblem(400)
            .WithName("listBatches").WithSummary("List batches, the latest first.")
            .WithDescription("They are made by `POST /v1/batches` out of a file that was uploaded by `POST /v1/files`, as OpenAI's API has it.");
        routes.MapGet("/{id:guid}", GetAsync).Needs(Scope.Read).Produces<BatchStanding>().ProducesProblem(404)
            .WithName("getBatch").WithSummary("Look at a batch: counts, tokens, cost, speed.")
            .WithDescription("The id is that of `batch_…`, written as a UUID.");
        routes.MapPost("/{id:guid}/retry", RetryAsync).Needs(Scope.Generate).SpendsUncounted()
            .Accepts<RetryBody>("application/json").Produces<BatchStanding>(202).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409)
            .WithExample("""{"budget":25}""")
            .WithName("retryBatch").WithSummary("Run lines without an answer again.")
            .WithDescription("Of a batch that has ended: all lines that failed, were stopped, or never ran, within a new window as long as the first. Answers stay where they are; the errors go. Refused with 409 while it runs, and when every line has an answer; with 403 `limited_key` for a key that has limits, which lines do not count against.");
    }

    private static async Task<Ok<Page<BatchStanding>>> ListAsync(
        [Description("The most entries in the page, 1 to 100. Default: 20.")] int? limit,
        [Description("The nextCursor of the page before. Default: the first page.")] string? cursor,
        HttpContext http, BatchStore batches, TimeProvider time)
    {
        var most = PageLimit.Of(limit);
        var found = await batches.ListAsync(http.Caller().Tenant, Cursor.Item(cursor), most + 1, http.RequestAborted);
        return TypedResults.Ok(Page<BatchStanding>.Of([.. found.Select(batch => BatchStanding.Of(batch, time.GetUtcNow()))], most, batch => Cursor.Of(batch.CreatedAt, batch.BatchId)));
    }

    private static async Task<Ok<BatchStanding>> GetAsync(Guid id, HttpContext http, BatchStore batches, TimeProvider time) =>
        TypedResults.Ok(BatchStanding.Of(await FindAsync(id, http, batches), time.GetUtcNow()));

    private static async Task<Accepted<BatchStanding>> RetryAsync(Guid id, HttpContext http, BatchStore batches, BatchRetryStore retries, TimeProvider time)
    {
        var (body, batch) = (await BodyReader.ReadAsync<RetryBody>(http), await FindAsync(id, http, batches));
        if (!await retries.RetryAsync(batch.Tenant, id, BatchFleetOptions.Checked(body.Budget, "budget"), http.RequestAborted))
            throw new FaultException(new(409, "nothing_to_retry", await FindAsync(id, http, batches) switch
            {
                { State: BatchState.Failed } => $"The file of batch {id} was refused, so it has no lines. Mend the file, upload it, and make a new batch.",
                var found when BatchState.IsTerminal(found.State) => $"Every line of batch {id} has an answer.",
                var found => $"Batch {id} is {found.State}; lines are run again when it has ended.",
            }));
        return TypedResults.Accepted($"/api/batches/{id}", BatchStanding.Of(await FindAsync(id, http, batches), time.GetUtcNow()));
    }

    public static async Task<Batch> FindAsync(Guid id, HttpContext http, BatchStore batches) =>
        await batches.FindAsync(http.Caller().Tenant, id, http.RequestAborted) ?? throw FaultException.NotFound($"There is no batch {id}.");
}
