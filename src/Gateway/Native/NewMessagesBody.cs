using System.ComponentModel;
using Millrace.Contracts;

namespace Millrace.Gateway.Native;

/// <summary>Messages to be added behind the last one.</summary>
internal sealed record NewMessagesBody
{
    [Description("Oldest first, kept exactly; 1 to 1,000. Ordinals and times of theirs are passed over.")]
    public required IReadOnlyList<SessionMessage> Messages { get; init; }
}
