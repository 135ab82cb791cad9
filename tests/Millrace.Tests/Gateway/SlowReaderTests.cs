using System.Net.ServerSentEvents;
using System.Text.Json;
using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Gateway.GatewayCalls;

namespace Millrace.Tests.Gateway;

/// <summary>Readers that take what they are told later than it comes.</summary>
[Integration]
public sealed class SlowReaderTests(TestServers servers)
{
    [Fact]
    public async Task A_reader_that_reads_nothing_until_the_end_then_gets_thousands_of_chunks_in_order()
    {
        const int Turns = 1_000;
        await using var fleet = await FleetFixture.StartAsync(servers, 1, ("Millrace__Chunks__EventsPerSecond", "100000"));
        using var http = await ClientAsync(fleet, await fleet.AddGatewayAsync());
        fleet.Provider.Respond(call => // what is thought and what is said never join, however slow the worker is
        {
            for (var turn = 0; turn < Turns; turn++) call.Reasoning($"({turn})").Text($"{turn} ");
            call.Stop();
        });
        var id = await http.CreateAsync(new { prompt = "Go on." });
        using var answer = await http.SendAsync(Get($"/api/generations/{id}/events"), HttpCompletionOption.ResponseHeadersRead);
        await fleet.Events.TerminalAsync(Guid.Parse(id));

        var events = await SseParser.Create(await answer.Content.ReadAsStreamAsync()).EnumerateAsync().ToListAsync();

        var last = JsonElement.Parse(events[^1].Data);
        var chunks = events.Where(told => told.EventType == "chunk").Select(told => JsonElement.Parse(told.Data)).ToList();
        Assert.Equal(2 * Turns, last.GetProperty("lastSequence").GetInt64()); // more than a gateway keeps for a reader
        Assert.Equal(Enumerable.Range(1, 2 * Turns).Select(n => (long)n), events.Sequences());
        Assert.Equal(last.Text("text"), string.Concat(chunks.Where(chunk => chunk.Text("kind") == nameof(ChunkKind.Text)).Select(chunk => chunk.Text("text"))));
    }

    [Fact, Trait("size", "soak")]
    public async Task Many_readers_that_read_nothing_do_not_fill_the_gateways_memory()
    {
        const int Readers = 20;
        const int Chunks = 30_000;
        await using var fleet = await FleetFixture.StartProcessesAsync(servers);
        var gateway = await fleet.AddProcessAsync(role: "gateway");
        using var http = await ClientAsync(fleet, gateway);
        fleet.Provider.Respond(call => call.Text("x").Stop());
        var id = await http.CreateAsync(new { prompt = "Begin." });
        await http.EndedAsync(id);
        await LengthenAsync(fleet, Guid.Parse(id), Chunks); // 30 MB
        var before = gateway.ResidentBytes;

        var readers = await Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => http.SendAsync(Get($"/api/generations/{id}/events"), HttpCompletionOption.ResponseHeadersRead)));
        var events = SseParser.Create(await readers[0].Content.ReadAsStreamAsync()).EnumerateAsync();
        var sequences = new List<long>();
        await foreach (var told in events)
        {
            if (told.EventType == "chunk") sequences.Add(long.Parse(told.EventId!));
        }
        var grown = (gateway.ResidentBytes - before) / 1_000_000;
        foreach (var reader in readers) reader.Dispose();

        TestContext.Current.TestOutputHelper!.WriteLine($"{grown} MB more for {Readers} readers of 30 MB each");
        Assert.Equal(Enumerable.Range(1, Chunks).Select(n => (long)n), sequences);
        Assert.InRange(grown, -500, 200);
    }

    /// <summary>As if the model had said so much more: each chunk has a kilobyte.</summary>
    private static async Task LengthenAsync(FleetFixture fleet, Guid id, int chunks) => Assert.Equal(chunks - 1L, await fleet.QueryAsync<long>($$"""
        WITH added AS (
            INSERT INTO chunks (generation_id, sequence, epoch, step, kind, payload, produced_at)
            SELECT generation_id, n, epoch, step, kind, json_build_object('text', repeat('x', 1000)), produced_at
            FROM chunks, generate_series(2, {{chunks}}) AS n WHERE generation_id = $1 AND sequence = 1 RETURNING 1),
        ended AS (
            UPDATE generations SET last_sequence = {{chunks}}, outcome = jsonb_set(outcome::jsonb, '{lastSequence}', '{{chunks}}')::json WHERE id = $1 RETURNING 1)
        SELECT (SELECT count(*) FROM added) * (SELECT count(*) FROM ended)
        """, id));
}
