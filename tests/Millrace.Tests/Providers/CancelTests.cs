using Millrace.Providers.Http;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Providers;

/// <summary>What becomes of connections. That a call which nobody wants any more leaves its provider is in <c>PatienceContractTests</c>.</summary>
[Integration]
public sealed class CancelTests
{
    private static readonly TimeSpan Promised = TimeSpan.FromMilliseconds(250);

    [Fact]
    public void What_is_read_of_a_stream_that_was_left_takes_less_time_than_promised() => Assert.True(ProviderHttp.DrainTime <= Promised / 2);

    [Theory, EachWire]
    public async Task A_finished_stream_gives_its_connection_back(Wire wire)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        using var provider = server.Provider(wire);

        // Not each call finds the one of the call before, whose end can still be on its way
        await Until.TrueAsync(async () =>
        {
            await provider.Ask().ReadAsync();
            return server.Calls.Count - server.Calls.Select(call => call.Connection).Distinct().Count() >= 20;
        }, "twenty calls on a connection that another had");
    }
}
