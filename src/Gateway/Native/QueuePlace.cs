using System.ComponentModel;

namespace Millrace.Gateway.Native;

/// <summary>Where a generation stands among those that wait.</summary>
internal sealed record QueuePlace
{
    [Description("Its place among those of its provider and class that wait, from 1, as far as 10,000. Bulk work of several tenants takes turns, so there others can come in between.")]
    public required long Position { get; init; }

    [Description("Milliseconds until it begins, by how many ended in the last minute. Absent if none did.")]
    public double? ExpectedWaitMs { get; init; }
}
