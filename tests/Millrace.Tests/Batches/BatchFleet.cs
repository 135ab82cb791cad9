using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Batches;

/// <summary>One worker with a small window and room for all of it, for the tests of one class.</summary>
public sealed class BatchFleet(TestServers servers) : IAsyncLifetime
{
    internal FleetFixture Fleet { get; private set; } = null!;

    internal BatchDesk Desk { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Fleet = await FleetFixture.StartAsync(servers, 1, ("Millrace__Batches__Window", "20"), ("Millrace__Providers__scripted__BulkConcurrency", "32"));
        Desk = BatchDesk.Of(Fleet.Postgres);
    }

    public async ValueTask DisposeAsync()
    {
        await Desk.DisposeAsync();
        await Fleet.DisposeAsync();
    }
}
