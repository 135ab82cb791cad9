using Millrace.Tests.Servers;

namespace Millrace.Tests.Fleet;

[Integration]
public sealed class ScaleTests(TestServers servers)
{
    [Fact, Trait("size", "soak")]
    public async Task Two_thousand_live_streams_fit_in_one_worker_of_500_MB()
    {
        const int Streams = 2000;
        await using var fleet = await FleetFixture.StartProcessesAsync(
            servers, 1, ("Millrace__Providers__scripted__InteractiveConcurrency", $"{Streams}"));
        var rest = new TaskCompletionSource();
        fleet.Provider.Respond(call => call.Text("live ").HoldUntil(rest.Task).Text("and done").Stop());

        var ids = new List<Guid>();
        foreach (var batch in Enumerable.Range(0, Streams).Chunk(100))
            ids.AddRange(await Task.WhenAll(batch.Select(_ => fleet.SubmitAsync())));
        await fleet.Events.UntilAsync(seen => seen.Count(e => e.Kind == "chunk") == Streams);
        var resident = fleet.Processes[0].ResidentBytes / 1_000_000;
        TestContext.Current.TestOutputHelper!.WriteLine($"{resident} MB, {fleet.Processes[0].Threads} threads");
        Assert.InRange(resident, 1, 500);

        rest.SetResult();
        await fleet.Events.UntilAsync(seen => seen.Count(e => e.Kind == "completed") == Streams);
        Assert.Equal((long)Streams, await fleet.QueryAsync<long>("SELECT count(*) FROM generations WHERE outcome->>'text' = 'live and done'"));
    }
}
