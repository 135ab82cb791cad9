using System.Text.Json;
using Millrace.Persistence.Batches;
using Millrace.Persistence.Model;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using Npgsql;

namespace Millrace.Tests.Batches;

[Integration]
public sealed class BatchCrashTests(TestServers servers)
{
    [Fact]
    public async Task Killed_workers_lose_no_line_and_none_is_in_the_output_twice()
    {
        await using var fleet = await FleetFixture.StartProcessesAsync(servers, 2);
        fleet.Provider.Respond(call => _ = call.Number % 17 == 0
            ? call.Refuse(503)
            : call.Wait(TimeSpan.FromMilliseconds(20)).Text("said: ", BatchDesk.PromptOf(call)).Usage(3, 2).Stop());
        await using var desk = BatchDesk.Of(fleet.Postgres);

        var id = await desk.SubmitAsync(Enumerable.Range(1, 800).Select(n => BatchDesk.Line($"line-{n}", $"p{n}")));
        await desk.UntilAsync(id, batch => batch.Completed > 200);
        await fleet.Processes[0].KillAsync();
        await fleet.AddWorkerAsync();
        await desk.UntilAsync(id, batch => batch.Completed > 450);
        await fleet.Processes[1].KillAsync();
        var batch = await desk.EndAsync(id);

        Assert.Equal((BatchState.Completed, 800, 800, 0), (batch.State, batch.Total, batch.Completed, batch.Failed));
        var answers = await desk.ReadAsync(batch, BatchResults.Answers);
        Assert.Equal(Enumerable.Range(1, 800).Select(n => (long?)n), answers.Select(answer => answer.Position));
        Assert.Equal(800, answers.DistinctBy(answer => answer.CustomId).Count());
        Assert.All(answers, answer => Assert.Equal($"said: p{answer.Number}", TextOf(answer)));
        await fleet.UntilAsync("SELECT announced_at IS NOT NULL FROM batches WHERE id = $1", true, id);
        await fleet.Events.UntilAsync(seen => seen.Any(e => e.Id == id && e.Kind == "batch-completed") && seen.Any(e => e.Id == id && e.Kind == "batch-progressed"));
    }

    [Fact]
    public async Task A_database_that_goes_in_the_middle_of_a_check_leaves_no_line_out_and_none_twice()
    {
        const int Lines = 40_000;
        await using var postgres = await PostgresServer.StartPrivateAsync();
        await using var fleet = await FleetFixture.StartAsync(
            await servers.CreateVirtualHostAsync(), await postgres.CreateDatabaseAsync(), 1, ("Millrace__DeadAfter", "00:00:30"));
        fleet.Provider.Respond(call => call.Stall());
        await using var desk = BatchDesk.Of(fleet.Postgres);
        await using var gate = await HoldAtAsync(fleet, 5000);

        var id = await desk.SubmitAsync(Enumerable.Range(1, Lines).Select(n => BatchDesk.Line($"line-{n}", $"p{n}")));
        await fleet.UntilAsync("SELECT count(*) >= 2000 FROM batch_lines WHERE batch_id = $1", true, id);
        await postgres.RestartAsync(Stop.Hard);
        var before = await fleet.QueryAsync<string>("SELECT state FROM batches WHERE id = $1", id);
        var batch = await desk.UntilAsync(id, batch => batch.State != BatchState.Validating);

        Assert.Equal(BatchState.Validating, before);
        Assert.Equal((BatchState.InProgress, Lines), (batch.State, batch.Total));
        Assert.Equal(Lines, await fleet.QueryAsync<long>("SELECT count(DISTINCT custom_id) FROM batch_lines WHERE batch_id = $1", id));
        Assert.Equal(Lines, await fleet.QueryAsync<long>("SELECT count(*) FROM batch_lines WHERE batch_id = $1", id));
        await desk.Batches.CancelAsync(BatchDesk.Tenant, id, CancellationToken.None);
        await desk.EndAsync(id);
    }

    /// <summary>No line behind this one enters the table for as long as the server runs.</summary>
    private static async Task<NpgsqlConnection> HoldAtAsync(FleetFixture fleet, int line)
    {
        var gate = new NpgsqlConnection(fleet.Postgres);
        await gate.OpenAsync();
        await using var hold = new NpgsqlCommand($"""
            SELECT pg_advisory_lock(7);
            CREATE FUNCTION pass() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock_shared(7); RETURN NEW; END';
            CREATE TRIGGER gate BEFORE INSERT ON batch_lines FOR EACH ROW WHEN (NEW.number > {line}) EXECUTE FUNCTION pass();
            """, gate);
        await hold.ExecuteNonQueryAsync();
        return gate;
    }

    private static string TextOf(BatchResult result) => JsonElement.Parse(result.Outcome!).GetProperty("text").GetString()!;
}
