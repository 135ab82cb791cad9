using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Gateway;

/// <summary>A worker and two gateways for all tests of the gateway that end no process. Silence on a stream lasts a second here.</summary>
[CollectionDefinition(Name)]
public sealed class GatewayFleet(TestServers servers) : IAsyncLifetime, ICollectionFixture<GatewayFleet>
{
    public const string Name = "Gateway";

    internal FleetFixture Fleet { get; private set; } = null!;

    /// <summary>Calls the first gateway.</summary>
    internal HttpClient Http { get; private set; } = null!;

    /// <summary>Calls the second one.</summary>
    internal HttpClient Other { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Fleet = await FleetFixture.StartAsync(servers, 1, ("Millrace__Gateway__KeepAlive", "00:00:01"), ("Millrace__Retry__BaseDelay", "00:00:00.050"));
        Http = await GatewayCalls.ClientAsync(Fleet, await Fleet.AddGatewayAsync());
        Other = await GatewayCalls.ClientAsync(Fleet, await Fleet.AddGatewayAsync());
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Other.Dispose();
        await Fleet.DisposeAsync();
    }
}
