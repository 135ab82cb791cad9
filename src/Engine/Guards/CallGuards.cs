using Millrace.Engine.Runs;

namespace Millrace.Engine.Guards;

/// <summary>All guards, in their order. A call passes when each of them lets it; the first other answer is the answer of all.</summary>
public sealed class CallGuards(IEnumerable<ICallGuard> registered)
{
    private readonly ICallGuard[] guards = [.. registered];

    /// <summary>The lease of <see cref="GuardAnswer.Proceed"/> is that of all guards. With another answer, or an exception, nothing is held any more.</summary>
    public async Task<GuardAnswer> AskAsync(PlannedCall call, CancellationToken cancellation)
    {
        var leases = new HeldLeases();
        var mayProceed = false;
        try
        {
            foreach (var guard in guards)
            {
                var answer = await guard.AskAsync(call, cancellation);
                if (answer is not GuardAnswer.Proceed proceed) return answer;
                leases.Add(proceed.Lease);
            }
            mayProceed = true;
            return new GuardAnswer.Proceed(leases);
        }
        finally
        {
            if (!mayProceed) await leases.ReleaseAsync(CallEnd.NotMade);
        }
    }

    /// <summary>The run has ended its generation, in the table.</summary>
    public async Task EndedAsync(Run run)
    {
        foreach (var guard in guards.Reverse()) await guard.EndedAsync(run);
    }
}
