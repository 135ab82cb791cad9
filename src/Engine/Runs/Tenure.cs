using Millrace.Engine.Settings;
using Millrace.Persistence.Generations;

namespace Millrace.Engine.Runs;

/// <summary>
/// Whether a run still has its generation, asked before each event of it goes out. In the term of the lease in which that was last certain it costs nothing; after a
/// late heartbeat the table is asked, since another worker may have claimed the generation and even ended it.
/// </summary>
public sealed class Tenure(Run run, RunStore store, Lease lease)
{
    /// <summary>The term of the worker's lease in which it was last certain that the generation is the run's. Null: it has to be asked for.</summary>
    public long? Term { get; private set; } = run.ClaimTerm;

    /// <exception cref="FencedException">It does not. The run has been stopped.</exception>
    public async Task CheckAsync(CancellationToken cancellation)
    {
        var term = lease.Term; // before the question: what comes between ends it
        if (term is not null && term == Term) return;
        run.EnsureHeld(await store.HoldsAsync(run.Claim.Fence, cancellation));
        Term = term;
    }
}
