using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Millrace.Dialects.Errors;
using Millrace.Dialects.OpenAI;
using Millrace.Gateway.Access;
using Millrace.Gateway.Operations;
using Millrace.Persistence.Files;
using Millrace.Persistence.Model;

namespace Millrace.Gateway.OpenAI.Batches;

/// <summary><c>/v1/files</c>: what batches are made of, and what they give.</summary>
internal static class FileEndpoints
{
    private const int LargestPage = 10_000;

    public static void MapFiles(this IEndpointRouteBuilder v1)
    {
        v1.MapPost("/files", UploadAsync).Needs(Scope.Generate).Lasts();
        v1.MapGet("/files", ListAsync).Needs(Scope.Read);
        v1.MapGet("/files/{id}", GetAsync).Needs(Scope.Read);
        v1.MapDelete("/files/{id}", DeleteAsync).Needs(Scope.Generate);
        v1.MapGet("/files/{id}/content", ContentAsync).Needs(Scope.Read).Lasts();
    }

    private static async Task UploadAsync(HttpContext http, FileUpload upload) =>
        await OpenAIAnswers.WriteAsync(http, FileView.Of(await upload.StoreAsync(http)));

    private static async Task ListAsync(string? purpose, int? limit, string? order, string? after, HttpContext http, FileStore files)
    {
        if (order is not (null or "asc" or "desc")) throw OpenAIFaults.Invalid("order", $"'order' is '{order}'; it must be asc or desc.");
        if (purpose?.Any(char.IsControl) == true) throw OpenAIFaults.Invalid("purpose", "'purpose' holds a control character; no purpose does.");
        var (most, behind) = (OpenAIObjects.Limit(limit, LargestPage, LargestPage), after is null ? null : await FindAsync(http, files, after));
        var found = await files.ListAsync(
            http.Caller().Tenant, purpose, behind is null ? null : new(behind.CreatedAt, behind.Id), order != "asc", most + 1, http.RequestAborted);
        await OpenAIAnswers.WriteListAsync(http, found, most, FileView.Of, file => OpenAIIds.File(file.Id));
    }

    private static async Task GetAsync(string id, HttpContext http, FileStore files, BatchOutputs outputs) =>
        await OpenAIAnswers.WriteAsync(http, FileView.Of(await outputs.MeasureAsync(await FindAsync(http, files, id), http.RequestAborted)));

    private static async Task DeleteAsync(string id, HttpContext http, FileStore files)
    {
        var found = await FindAsync(http, files, id);
        await files.DeleteAsync(found.Tenant, found.Id, http.RequestAborted); // false: somebody else has just done it
        await OpenAIAnswers.WriteAsync(http, new { Id = OpenAIIds.File(found.Id), Object = "file", Deleted = true });
    }

    private static async Task ContentAsync(string id, string? order, HttpContext http, FileStore files, BatchOutputs outputs)
    {
        if (order is not (null or "input")) throw OpenAIFaults.Invalid("order", $"'order' is '{order}'; it can be input, for the order of the batch's own file.");
        var found = await FindAsync(http, files, id);
        http.Response.Headers.ContentDisposition = new Microsoft.Net.Http.Headers.ContentDispositionHeaderValue("attachment") { FileNameStar = found.Name }.ToString();
        if (found.BatchId is not null)
        {
            await outputs.WriteAsync(http, found, inOrder: order is not null);
            return;
        }
        http.Response.ContentType = "application/octet-stream";
        http.Response.ContentLength = found.Bytes;
        await foreach (var part in files.ReadAsync(found.Id, http.RequestAborted)) await http.Response.Body.WriteAsync(part, http.RequestAborted);
    }

    private static async Task<StoredFile> FindAsync(HttpContext http, FileStore files, string id) =>
        (OpenAIIds.TryFile(id, out var file) ? await files.FindAsync(http.Caller().Tenant, file, http.RequestAborted) : null) ?? throw Missing(id, "id");

    public static FaultException Missing(string id, string param) => new(new(404, "file_not_found", $"No such File object: {OpenAIObjects.Short(id)}") { Param = param });
}
