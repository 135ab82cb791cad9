using System.ComponentModel;
using Millrace.Contracts;

namespace Millrace.Gateway.Native;

/// <summary>A page of a session's messages.</summary>
internal sealed record MessagePage
{
    [Description("Messages, oldest first.")]
    public required IReadOnlyList<SessionMessage> Data { get; init; }

    [Description("Asks for the next page, as the parameter afterOrdinal. Absent: there is nothing behind this page.")]
    public long? NextAfterOrdinal { get; init; }
}
