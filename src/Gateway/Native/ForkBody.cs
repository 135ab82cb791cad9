using System.ComponentModel;

namespace Millrace.Gateway.Native;

/// <summary>A copy of a session to be made. All of it is optional.</summary>
internal sealed record ForkBody
{
    [Description("The copy's id. Default: from the Idempotency-Key, or a new one.")]
    public Guid? SessionId { get; init; }

    [Description("The ordinal of the last message to copy. Default: all of them.")]
    public long? ThroughOrdinal { get; init; }
}
