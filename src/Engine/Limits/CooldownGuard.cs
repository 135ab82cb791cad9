using Millrace.Engine.Guards;
using Millrace.Engine.Telemetry;

namespace Millrace.Engine.Limits;

/// <summary>Holds calls back whose account is stopped, because its provider has refused a call for its rate or has nothing left.</summary>
public sealed class CooldownGuard(ProviderCooldowns cooldowns) : ICallGuard
{
    public async Task<GuardAnswer> AskAsync(PlannedCall call, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (call.IsTooLate) return LateCall.Refused(call);
            await cooldowns.RefreshAsync(cancellation);
            var left = cooldowns.Left(call.Provider.Name, call.Candidate.Model);
            if (left == TimeSpan.Zero) return GuardAnswer.Free;
            if (left > call.PatienceLeft) return new GuardAnswer.Park(left + Spread(left), PauseReason.RateLimited) { IsPunctual = true };
            await call.WaitAsync(left, cancellation);
        }
    }

    /// <summary>Those who wait for the same moment do not come back at the same.</summary>
    private static TimeSpan Spread(TimeSpan left) => TimeSpan.FromSeconds(Random.Shared.NextDouble() * Math.Clamp(left.TotalSeconds / 4, 0.2, 10));
}
