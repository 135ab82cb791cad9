using System.ComponentModel;

namespace Millrace.Gateway.Native;

/// <summary>Consent to a call, or its refusal.</summary>
internal sealed record DecisionBody
{
    [Description("True to make the call, false to tell the model that it was refused.")]
    public required bool Approve { get; init; }

    [Description("Why it was refused, for the model; at most 512 characters. Default: none.")]
    public string? Reason { get; init; }
}
