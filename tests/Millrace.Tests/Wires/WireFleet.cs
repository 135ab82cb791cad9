using Millrace.Tests.Fleet;
using Millrace.Tests.Gateway;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Wires;

/// <summary>A worker and a gateway for all tests of what goes over the broker. Answers have a price; provider <c>narrow</c> runs one at a time.</summary>
[CollectionDefinition(Name)]
public sealed class WireFleet(TestServers servers) : IAsyncLifetime, ICollectionFixture<WireFleet>
{
    public const string Name = "Wire";

    internal FleetFixture Fleet { get; private set; } = null!;

    internal HttpClient Http { get; private set; } = null!;

    internal RawProducer Raw { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Fleet = await FleetFixture.StartAsync(servers, 0,
            ("Millrace__Models__0__Name", "scripted/m"), ("Millrace__Models__0__InputPrice", "2"), ("Millrace__Models__0__OutputPrice", "10"),
            ("Millrace__Models__1__Name", "narrow/m"), ("Millrace__Models__1__InputPrice", "2"), ("Millrace__Models__1__OutputPrice", "10"),
            ("Millrace__Providers__scripted__Circuit__MinimumThroughput", "1000"), ("Millrace__Retry__BaseDelay", "00:00:00.050"));
        foreach (var (name, value) in new[] { ("Kind", "OpenAI"), ("Endpoint", Fleet.Provider.Endpoint.ToString()), ("ApiKey", "sk-other"), ("DefaultModel", "m"), ("InteractiveConcurrency", "1") })
            Fleet.Set($"Millrace__Providers__narrow__{name}", value);
        await Fleet.AddWorkerAsync();
        Http = await GatewayCalls.ClientAsync(Fleet, await Fleet.AddGatewayAsync());
        Raw = await RawProducer.StartAsync(Fleet.RabbitMq);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Raw.DisposeAsync();
        await Fleet.DisposeAsync();
    }
}
