using System.Text;
using System.Text.Json;
using Millrace.Persistence.Model;
using Millrace.Tests.Batches;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using Millrace.Tests.Tools;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Millrace.Tests.Poison;

/// <summary>Work over which a worker dies, one after the other: three, and no more.</summary>
[Integration]
public sealed class PoisonFleetTests(TestServers servers) : IAsyncLifetime
{
    private const int MostDeaths = 3;
    private readonly string deadly = $"deadly{Guid.NewGuid():N}";
    private FleetFixture fleet = null!;

    public async ValueTask InitializeAsync() => fleet = await FleetFixture.StartProcessesAsync(
        servers, 0, ("MILLRACE_TEST_DESK", "http://127.0.0.1:1"), ("MILLRACE_TEST_DEADLY", deadly));

    [Fact]
    public async Task A_request_that_kills_at_intake_is_rejected_and_so_is_the_same_one_again()
    {
        var bad = FleetFixture.Request() with { Options = new() { JsonSchema = JsonElement.Parse($$"""{"$ref":"#/{{deadly}}"}""") } };
        await using var first = await StartAsync();
        await first.WaitReadyAsync();
        await fleet.SubmitAsync(bad);
        var good = await fleet.SubmitAsync();
        await DiedAsync(first);

        await using var survivor = await SurvivorAsync(deaths: 1);
        var rejected = await fleet.Events.TerminalAsync(bad.GenerationId);

        Assert.Equal(("rejected", true), (rejected.Kind, rejected.String("message")!.StartsWith("3 workers died", StringComparison.Ordinal)));
        Assert.Equal("completed", (await fleet.Events.TerminalAsync(good)).Kind);
        await AssertSetAsideAsync("millrace.intake", bad.GenerationId.ToString());
        await survivor.WaitForLineAsync("Poison from millrace.intake");

        await fleet.SubmitAsync(bad); // a sender that asks again
        await fleet.Events.UntilAsync(all => all.Count(seen => seen.Id == bad.GenerationId && seen.Kind == "rejected") >= 2);
        Assert.Equal("completed", (await fleet.Events.TerminalAsync(await fleet.SubmitAsync())).Kind);
        Assert.False(survivor.HasExited);
    }

    [Theory]
    [InlineData("tool-results", "ToolCallCompleted", """{"generationId":"01981f6e-0000-7000-8000-000000000000","callId":"DEADLY","result":"x"}""")]
    [InlineData("sessions", "SessionRequested", """{"requestId":"01981f6e-0000-7000-8000-000000000001","sessionId":"01981f6e-0000-7000-8000-000000000003","operation":"Create","options":{"jsonSchema":{"$ref":"#/DEADLY"}}}""")]
    [InlineData("tools", "RegisterTool", """{"requestId":"01981f6e-0000-7000-8000-000000000002","name":"t","parameters":{"type":"object","$ref":"#/DEADLY"}}""")]
    public async Task What_kills_on_another_queue_is_set_aside_too_and_the_others_are_taken(string queue, string message, string body)
    {
        await using var first = await StartAsync();
        await first.WaitReadyAsync();
        await fleet.Producer.SendAsync(message, body.Replace("DEADLY", deadly, StringComparison.Ordinal));
        await DiedAsync(first);
        Assert.Equal(MostDeaths - 1L, await fleet.QueryAsync<long>("""
            WITH others AS (INSERT INTO in_flight (worker_id, messages, since) SELECT gen_random_uuid(), messages, since FROM in_flight, generate_series(2, $1) RETURNING worker_id),
                died AS (INSERT INTO workers (id, name, started_at, heartbeat_at, unbroken_since, lost_at) SELECT worker_id, 'other', now(), now(), now(), now() FROM others RETURNING 1)
            SELECT count(*) FROM died
            """, MostDeaths)); // others that died so

        await using var survivor = await SurvivorAsync(MostDeaths);

        await AssertSetAsideAsync($"millrace.{queue}", deadly);
        Assert.Equal("completed", (await fleet.Events.TerminalAsync(await fleet.SubmitAsync())).Kind);
        Assert.False(survivor.HasExited);
    }

    [Fact]
    public async Task A_generation_that_kills_fails_and_what_ran_beside_it_is_answered()
    {
        fleet.Provider.Respond(call =>
        {
            if (call.Body.GetProperty("messages")[0].GetProperty("content").GetString() == "Die.") call.ToolCall("kill_worker", ToolTalk.Arguments("now"), "call_1").Usage(1, 1).Finish("tool_calls");
            else call.Text("Alive.").Usage(1, 1).Stop();
        });
        await using var first = await StartAsync();
        await first.WaitReadyAsync();
        var bad = await fleet.SubmitAsync(ToolTalk.Ask("Die.", "kill_worker"));
        await DiedAsync(first);
        var good = await fleet.SubmitAsync();

        await using var survivor = await SurvivorAsync(deaths: 1);
        var failed = await fleet.Events.TerminalAsync(bad);

        Assert.Equal(("failed", "Internal", "3 workers died while they ran this generation, so it is not run again."), (failed.Kind, failed.String("reason"), failed.String("message")));
        Assert.Equal("completed", (await fleet.Events.TerminalAsync(good)).Kind);
        await fleet.UntilAsync("SELECT kind FROM poison_records WHERE subject = $1", "generation", bad.ToString());
        Assert.Equal((long)MostDeaths, await fleet.QueryAsync<long>("SELECT count(*) FROM in_flight WHERE laid_to = $1", bad.ToString()));
        Assert.False(survivor.HasExited);
    }

    [Fact]
    public async Task A_batch_whose_file_kills_is_refused_and_the_one_behind_it_runs()
    {
        await using var desk = BatchDesk.Of(fleet.Postgres);
        await using var first = await StartAsync();
        await first.WaitReadyAsync();
        var bad = await desk.SubmitAsync([JsonSerializer.Serialize(new { custom_id = "a", prompt = "x", tools = new[] { deadly } })]);
        var good = await desk.SubmitAsync([BatchDesk.Line("a", "x")]);
        await DiedAsync(first);

        await using var survivor = await SurvivorAsync(deaths: 1);
        var refused = await desk.EndAsync(bad);

        Assert.Equal(BatchState.Failed, refused.State);
        Assert.Contains("3 workers died while they checked the file", refused.Faults!, StringComparison.Ordinal);
        Assert.Equal(BatchState.Completed, (await desk.EndAsync(good)).State);
        await fleet.UntilAsync("SELECT kind FROM poison_records WHERE subject = $1", "batch", bad.ToString());
        Assert.False(survivor.HasExited);
    }

    public ValueTask DisposeAsync() => fleet.DisposeAsync();

    private Task<WorkerProcess> StartAsync() => fleet.StartProcessAsync(TestPaths.ToolWorkerDll);

    /// <summary>Workers come and die, as under a supervisor, until one has refused what killed the others. It is the fourth.</summary>
    private async Task<WorkerProcess> SurvivorAsync(int deaths)
    {
        while (true)
        {
            var worker = await StartAsync();
            await Until.TrueAsync(async () => worker.HasExited || await fleet.QueryAsync<long>("SELECT count(*) FROM poison_records") > 0, "a death or a refusal");
            if (!worker.HasExited)
            {
                Assert.Equal(MostDeaths, deaths);
                return worker;
            }
            await fleet.BuryAsync(worker);
            deaths++;
            Assert.True(deaths <= MostDeaths, $"{deaths} workers have died:\n{string.Join('\n', worker.Lines.TakeLast(20))}");
            await worker.DisposeAsync();
        }
    }

    private async Task DiedAsync(WorkerProcess worker)
    {
        await Until.TrueAsync(() => worker.HasExited, "the first death");
        await fleet.BuryAsync(worker);
    }

    private async Task AssertSetAsideAsync(string queue, string part)
    {
        var moved = (await Until.FitsAsync(() => TryTakeAsync($"{queue}_error"), found => found is not null, $"a message in {queue}_error"))!;

        Assert.Contains(part, Encoding.UTF8.GetString(moved.Body.Span), StringComparison.Ordinal);
        var reason = Encoding.UTF8.GetString((byte[])moved.BasicProperties.Headers!["MT-Fault-Message"]!);
        Assert.StartsWith("3 workers died while they worked on this message", reason, StringComparison.Ordinal);
        Assert.Equal(queue, await fleet.QueryAsync<string>("SELECT kind FROM poison_records"));
    }

    private async Task<BasicGetResult?> TryTakeAsync(string queue)
    {
        await using var once = await Producer.StartAsync(fleet.RabbitMq); // a missing queue closes the channel
        try
        {
            return await once.TakeAsync(queue);
        }
        catch (OperationInterruptedException)
        {
            return null;
        }
    }
}
