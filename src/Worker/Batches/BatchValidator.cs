using System.Text.Json;
using Millrace.Persistence;
using Millrace.Worker.Fleet;

namespace Millrace.Worker.Batches;

/// <summary>Checks the file of one batch at a time and lets the batch begin, or refuses it: nothing of a bad file runs.</summary>
internal sealed partial class BatchValidator(BatchIntakeStore store, FileCheck check, BatchNews news, BatchStore batches, WorkerIdentity worker, ILogger<BatchValidator> log)
{
    /// <summary>Who has died over a file so often will die over it again.</summary>
    private const int MostClaims = 5;

    /// <summary>True when there was one to check.</summary>
    public async Task<bool> CheckNextAsync(CancellationToken cancellation)
    {
        if (await store.ClaimAsync(worker.Id, cancellation) is not { } claim) return false;
        try
        {
            if (claim.Epoch > MostClaims) await RefuseAsync(claim, [new("internal", $"The file could not be checked: {MostClaims} workers have tried.")], cancellation);
            else await CheckAsync(claim, cancellation);
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            LogFault(claim.Id, fault);
            await store.GiveUpAsync(claim, cancellation);
        }
        return true;
    }

    private async Task CheckAsync(BatchClaim claim, CancellationToken cancellation)
    {
        var defaults = JsonSerializer.Deserialize<BatchDefaults>(claim.Batch.Defaults, JsonSerializerOptions.Web)!;
        try
        {
            if (await store.BeginAsync(claim, check.LinesAsync(claim.Batch, defaults, cancellation), cancellation)) LogBegun(claim.Id);
        }
        catch (BadFileException bad)
        {
            await RefuseAsync(claim, bad.Faults, cancellation);
        }
    }

    private async Task RefuseAsync(BatchClaim claim, IReadOnlyList<BatchFault> faults, CancellationToken cancellation)
    {
        LogRefused(claim.Id, faults.Count);
        await store.RefuseAsync(claim, faults, cancellation);
        if (await batches.FindAsync(claim.Batch.Tenant, claim.Id, cancellation) is { State: BatchState.Failed } refused) await news.EndAsync(refused, cancellation);
    }

    [LoggerMessage(LogLevel.Information, "Batch {Batch} begins")]
    private partial void LogBegun(Guid batch);

    [LoggerMessage(LogLevel.Information, "Batch {Batch} is refused: {Count} faults in its file")]
    private partial void LogRefused(Guid batch, int count);

    [LoggerMessage(LogLevel.Error, "The file of batch {Batch} could not be checked")]
    private partial void LogFault(Guid batch, Exception fault);
}
