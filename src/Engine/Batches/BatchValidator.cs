using System.Text.Json;
using Millrace.Engine.Poison;
using Millrace.Engine.Settings;
using Millrace.Persistence.Batches;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Model;
using Millrace.Persistence.Poison;

namespace Millrace.Engine.Batches;

/// <summary>
/// Checks the file of one batch at a time and lets the batch begin, or refuses it: nothing of a bad file runs. One over which workers have died waits behind the others, and is refused
/// after three.
/// </summary>
internal sealed partial class BatchValidator(
    BatchIntakeStore store, FileCheck check, BatchRefusal refusal, Deaths deaths, DatabaseOutage outage, WorkerIdentity worker, TimeProvider time, ILogger<BatchValidator> log)
{
    /// <summary>Faults of ours over one file, after which this worker refuses it.</summary>
    private const int MostFaults = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Dictionary<Guid, int> faults = [];

    /// <summary>True when there was one to check.</summary>
    public async Task<bool> CheckNextAsync(CancellationToken cancellation)
    {
        if (await store.ClaimAsync(worker.Id, cancellation) is not { } claim) return false;
        try
        {
            var died = claim.LostWorkers is { } lost ? await deaths.CountAsync(lost, cancellation) : 0;
            if (died >= Suspects.MostDeaths) await refusal.RefusePoisonAsync(claim, died, cancellation);
            else await CheckAsync(claim, cancellation);
            faults.Remove(claim.Id);
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested && outage.IsTransient(fault)) // not the file's fault
        {
            LogAway(claim.Id, fault.GetType().Name);
            await store.GiveUpAsync(claim, cancellation);
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            LogFault(claim.Id, fault);
            await AfterFaultAsync(claim, cancellation);
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
            await refusal.RefuseAsync(claim, bad.Faults, cancellation);
        }
    }

    /// <summary>Others may have better luck with it, and this worker does not try at once again.</summary>
    private async Task AfterFaultAsync(BatchClaim claim, CancellationToken cancellation)
    {
        var count = faults[claim.Id] = faults.GetValueOrDefault(claim.Id) + 1;
        if (count < MostFaults) await store.GiveUpAsync(claim, cancellation);
        else await refusal.RefuseAsync(claim, [new("internal", $"The file could not be checked, {MostFaults} times; the worker's log has it under {claim.Id}.")], cancellation);
        await Task.Delay(Pause * count, time, cancellation);
    }

    [LoggerMessage(LogLevel.Information, "Batch {Batch} begins")]
    private partial void LogBegun(Guid batch);

    [LoggerMessage(LogLevel.Warning, "The check of batch {Batch} has to begin again ({Fault})")]
    private partial void LogAway(Guid batch, string fault);

    [LoggerMessage(LogLevel.Error, "The file of batch {Batch} could not be checked")]
    private partial void LogFault(Guid batch, Exception fault);
}
