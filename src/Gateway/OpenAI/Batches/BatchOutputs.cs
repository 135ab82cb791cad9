using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Millrace.Dialects.BatchFiles;
using Millrace.Persistence.Batches;
using Millrace.Persistence.Files;
using Millrace.Persistence.Model;

namespace Millrace.Gateway.OpenAI.Batches;

/// <summary>The files that batches give, made from their lines as they are read, also while they grow. At no time is more in memory than a page of lines.</summary>
internal sealed class BatchOutputs(BatchStore batches, BatchResultStore results, FileStore files)
{
    private const int FlushBytes = 64 * 1024;

    /// <summary>How a file is that may be an output: of one that is whole the length is looked up once, and kept.</summary>
    public async Task<StoredFile> MeasureAsync(StoredFile file, CancellationToken cancellation)
    {
        if (file is not { BatchId: { } id, Bytes: 0 } || await batches.FindAsync(file.Tenant, id, cancellation) is not { } batch || !BatchState.IsTerminal(batch.State)) return file;
        await foreach (var result in results.ReadAsync(batch, BatchOutput.ResultsOf(file), BatchPlace.Start, cancellation))
            file.Bytes += Encoding.UTF8.GetByteCount(ResultLine.Write(batch, result)) + 1;
        await files.MeasureAsync(file.Id, file.Bytes, cancellation);
        return file;
    }

    /// <summary>Answers with an output as it stands.</summary>
    /// <param name="http">The call.</param>
    /// <param name="file">Which output.</param>
    /// <param name="inOrder">In the order of the batch's file, up to the first line that has not ended; else in the order in which lines ended.</param>
    public async Task WriteAsync(HttpContext http, StoredFile file, bool inOrder)
    {
        var (batch, kind) = ((await batches.FindAsync(file.Tenant, file.BatchId!.Value, http.RequestAborted))!, BatchOutput.ResultsOf(file));
        var found = results.ReadAsync(batch, inOrder ? BatchResults.InOrder : kind, BatchPlace.Start, http.RequestAborted);
        await WriteAsync(http, batch, inOrder ? found.Where(result => result.State == BatchLineState.Completed == (kind == BatchResults.Answers)) : found);
    }

    /// <summary>Answers with results, a line each.</summary>
    public static async Task WriteAsync(HttpContext http, Batch batch, IAsyncEnumerable<BatchResult> found)
    {
        var body = http.Response.BodyWriter;
        http.Response.ContentType = "application/jsonl; charset=utf-8";
        await foreach (var result in found)
        {
            Encoding.UTF8.GetBytes(ResultLine.Write(batch, result), body);
            body.Write("\n"u8);
            if (body.UnflushedBytes > FlushBytes) await body.FlushAsync(http.RequestAborted);
        }
        await body.FlushAsync(http.RequestAborted);
    }
}
