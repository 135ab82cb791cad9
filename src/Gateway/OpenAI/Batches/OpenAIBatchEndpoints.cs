using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Millrace.Dialects.Errors;
using Millrace.Dialects.OpenAI;
using Millrace.Gateway.Access;
using Millrace.Gateway.Requests;
using Millrace.Persistence.Batches;
using Millrace.Persistence.Files;
using Millrace.Persistence.Model;

namespace Millrace.Gateway.OpenAI.Batches;

/// <summary><c>/v1/batches</c>: make, look at and end batches. What is in them, the workers find out.</summary>
internal static class OpenAIBatchEndpoints
{
    private const int UsualPage = 20;
    private const int LargestPage = 100;

    public static void MapBatches(this IEndpointRouteBuilder v1)
    {
        v1.MapPost("/batches", CreateAsync).Needs(Scope.Generate).SpendsUncounted();
        v1.MapGet("/batches", ListAsync).Needs(Scope.Read);
        v1.MapGet("/batches/{id}", GetAsync).Needs(Scope.Read);
        v1.MapPost("/batches/{id}/cancel", CancelAsync).Needs(Scope.Generate);
    }

    private static async Task CreateAsync(HttpContext http, FileStore files, BatchStore batches, ModelNames models, TimeProvider time)
    {
        var asked = await BodyReader.ReadAsync<BatchRequest>(http, OpenAIJson.Options);
        var made = asked.ToBatch(IdempotencyKey.IdFor(http, "batch", time), http.Caller().Tenant, models);
        if (IdempotencyKey.IsGiven(http) && await batches.FindAsync(made.Tenant, made.Id, http.RequestAborted) is { } known)
        {
            await OpenAIAnswers.WriteAsync(http, BatchView.Of(asked.IsOf(known) ? known : throw Different(known)));
            return;
        }
        var input = await files.FindAsync(made.Tenant, made.InputFileId, http.RequestAborted) ?? throw FileEndpoints.Missing(asked.InputFileId!, "input_file_id");
        if (input.Purpose != FileForm.Batch)
            throw OpenAIFaults.Invalid("input_file_id", $"The purpose of file '{asked.InputFileId}' is '{input.Purpose}'; it must be '{FileForm.Batch}'.");
        await OpenAIAnswers.WriteAsync(http, BatchView.Of(await batches.AddAsync(made, http.RequestAborted)));
    }

    private static async Task ListAsync(int? limit, string? after, HttpContext http, BatchStore batches)
    {
        var (most, behind) = (OpenAIObjects.Limit(limit, UsualPage, LargestPage), after is null ? null : await FindAsync(http, batches, after));
        var found = await batches.ListAsync(http.Caller().Tenant, behind is null ? null : new(behind.CreatedAt, behind.Id), most + 1, http.RequestAborted);
        await OpenAIAnswers.WriteListAsync(http, found, most, BatchView.Of, batch => OpenAIIds.Batch(batch.Id));
    }

    private static async Task GetAsync(string id, HttpContext http, BatchStore batches) =>
        await OpenAIAnswers.WriteAsync(http, BatchView.Of(await FindAsync(http, batches, id)));

    /// <summary>One that has ended stays as it is: who cancels twice, or too late, is told how it ended.</summary>
    private static async Task CancelAsync(string id, HttpContext http, BatchStore batches)
    {
        var found = await FindAsync(http, batches, id);
        await OpenAIAnswers.WriteAsync(http, BatchView.Of(await batches.CancelAsync(found.Tenant, found.Id, http.RequestAborted) ?? throw Missing(id)));
    }

    private static async Task<Batch> FindAsync(HttpContext http, BatchStore batches, string id) =>
        (OpenAIIds.TryBatch(id, out var batch) ? await batches.FindAsync(http.Caller().Tenant, batch.Value, http.RequestAborted) : null) ?? throw Missing(id);

    private static FaultException Missing(string id) => new(new(404, "batch_not_found", $"No batch found with id '{OpenAIObjects.Short(id)}'.") { Param = "id" });

    private static FaultException Different(Batch known) => new(new(409, "different_request",
        $"Batch {OpenAIIds.Batch(known.Id)} was made with this {IdempotencyKey.Header} of another file, endpoint or window; it is untouched. Use another key."));
}
