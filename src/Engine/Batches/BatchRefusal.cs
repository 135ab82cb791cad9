using Millrace.Engine.Poison;
using Millrace.Persistence.Batches;
using Millrace.Persistence.Model;

namespace Millrace.Engine.Batches;

/// <summary>Ends a batch whose file is no good, before anything of it has run.</summary>
internal sealed partial class BatchRefusal(BatchIntakeStore store, BatchStore batches, BatchEvents news, PoisonReport poison, ILogger<BatchValidator> log)
{
    public async Task RefuseAsync(BatchClaim claim, IReadOnlyList<BatchFault> problems, CancellationToken cancellation)
    {
        LogRefused(claim.Id, problems.Count);
        await store.RefuseAsync(claim, problems, cancellation);
        var refused = await batches.FindAsync(claim.Batch.Tenant, claim.Id, cancellation);
        if (refused is { State: BatchState.Failed }) await news.EndAsync(refused, cancellation);
    }

    /// <summary>The file over which so many workers have died.</summary>
    public async Task RefusePoisonAsync(BatchClaim claim, int died, CancellationToken cancellation)
    {
        await RefuseAsync(claim, [new("internal", $"{died} workers died while they checked the file, so it is refused.")], cancellation);
        await poison.WorkAsync(new(claim.Id.ToString(), PoisonRecord.Batch, died), claim.LostWorkers!, cancellation);
    }

    [LoggerMessage(LogLevel.Information, "Batch {Batch} is refused: {Count} faults in its file")]
    private partial void LogRefused(Guid batch, int count);
}
