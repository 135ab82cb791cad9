using Millrace.Contracts;
using Millrace.Engine.Guards;
using Millrace.Providers.Failures;

namespace Millrace.Engine.Limits;

/// <summary>A call whose time was over before its provider could be called.</summary>
public static class LateCall
{
    public static GuardAnswer Refused(PlannedCall call) => new GuardAnswer.Refused(new Failure(FailureReason.Expired,
        $"NotAfter was {call.Run.Request.NotAfter:O}; what provider '{call.Provider.Name}' may be called did not allow it to begin before {call.Run.Now:O}."));
}
