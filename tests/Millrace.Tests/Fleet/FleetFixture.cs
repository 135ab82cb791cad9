using System.Text.Json;
using Millrace.Contracts;
using Millrace.Engine.Settings;
using Millrace.Engine.Tools;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;
using Npgsql;

namespace Millrace.Tests.Fleet;

/// <summary>
/// Worker processes on a real broker and a real database, a scripted provider behind them, and a producer and a reader in front: all of
/// this test's own.
/// </summary>
internal sealed class FleetFixture : IAsyncDisposable
{
    public const string Key = "sk-canary-5e1f0c2d";

    private readonly List<WorkerProcess> processes = [];
    private readonly List<IWorker> workers = [];
    private readonly List<IWorker> all = [];
    private readonly Dictionary<string, string?> settings;

    private FleetFixture(string rabbitMq, string postgres, ScriptedProvider provider, IReadOnlyDictionary<string, string?> more)
    {
        (RabbitMq, Postgres, Provider) = (rabbitMq, postgres, provider);
        settings = new Dictionary<string, string?>
        {
            ["Millrace__DeadAfter"] = "00:10:00", // on a machine that stalls, nobody is to be taken for dead
            ["Millrace__DefaultProvider"] = "scripted",
            ["Millrace__Providers__scripted__Kind"] = "OpenAI",
            ["Millrace__Providers__scripted__Endpoint"] = provider.Endpoint.ToString(),
            ["Millrace__Providers__scripted__ApiKey"] = Key,
            ["Millrace__Providers__scripted__DefaultModel"] = "m",
            ["Millrace__Providers__scripted__FirstTokenTimeout"] = "00:10:00", // a call is held for as long as the test needs
            ["Millrace__Providers__scripted__IdleTimeout"] = "00:10:00",
        };
        foreach (var (name, value) in more) settings[name] = value;
    }

    public string RabbitMq { get; }

    public string Postgres { get; }

    public ScriptedProvider Provider { get; }

    public Producer Producer { get; private set; } = null!;

    public EventReader Events { get; private set; } = null!;

    /// <summary>Its workers, without the gateways.</summary>
    public IReadOnlyList<IWorker> Workers => workers;

    /// <summary>Those of its workers that are processes of their own, to be killed.</summary>
    public IReadOnlyList<WorkerProcess> Processes => processes;

    /// <summary>What its workers are started with, as environment variables.</summary>
    public IReadOnlyDictionary<string, string?> Settings => settings;

    /// <summary>A fleet on the shared servers, its workers inside this process.</summary>
    public static async Task<FleetFixture> StartAsync(TestServers servers, int workers = 1, params (string Name, string Value)[] settings) =>
        await StartAsync(await servers.CreateVirtualHostAsync(), await servers.CreateDatabaseAsync(), workers, settings);

    /// <summary>The same on the given broker and database.</summary>
    public static async Task<FleetFixture> StartAsync(string rabbitMq, string postgres, int workers = 1, params (string Name, string Value)[] settings)
    {
        var fleet = await OpenAsync(rabbitMq, postgres, settings);
        for (var i = 0; i < workers; i++) await fleet.AddWorkerAsync();
        return fleet;
    }

    /// <summary>A fleet of processes, for tests that kill or freeze some, or measure them.</summary>
    public static async Task<FleetFixture> StartProcessesAsync(TestServers servers, int workers = 1, params (string Name, string Value)[] settings) =>
        await StartProcessesAsync(await servers.CreateVirtualHostAsync(), await servers.CreateDatabaseAsync(), workers, settings);

    /// <summary>The same on the given broker and database.</summary>
    public static async Task<FleetFixture> StartProcessesAsync(string rabbitMq, string postgres, int workers = 1, params (string Name, string Value)[] settings)
    {
        var fleet = await OpenAsync(rabbitMq, postgres, settings);
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => fleet.AddProcessAsync()));
        return fleet;
    }

    /// <summary>A setting of the workers that are added from now on, as an environment variable.</summary>
    public void Set(string name, string? value) => settings[name] = value;

    /// <param name="tools">What it runs itself. Default: nothing.</param>
    /// <param name="time">Its clock. Default: the machine's.</param>
    public Task<LocalWorker> AddWorkerAsync(LocalTools? tools = null, TimeProvider? time = null) => AddLocalAsync(Role.Worker, tools, null, time);

    /// <summary>Answers HTTP and runs no generations.</summary>
    public Task<LocalWorker> AddGatewayAsync(Uri? url = null, TimeProvider? time = null) => AddLocalAsync(Role.Gateway, null, url, time);

    /// <param name="program">Which worker. Default: the one without tools.</param>
    /// <param name="role">What it serves as.</param>
    /// <param name="url">Where it listens. Default: on a free port.</param>
    public async Task<WorkerProcess> AddProcessAsync(string? program = null, string? role = null, Uri? url = null)
    {
        var process = await StartProcessAsync(program, role, url);
        lock (all)
        {
            all.Add(process);
            if (role is null) workers.Add(process);
            if (role is null) processes.Add(process);
        }
        await process.WaitReadyAsync();
        return process;
    }

    /// <summary>The same, neither awaited nor one of this fleet's own: the test disposes it.</summary>
    public Task<WorkerProcess> StartProcessAsync(string? program = null, string? role = null, Uri? url = null) =>
        WorkerProcess.StartAsync(RabbitMq, Postgres, settings, program, role, url, BuryAsync);

    /// <summary>Tells the others that a process has died; a process that the test kills needs no other notice.</summary>
    public Task BuryAsync(WorkerProcess dead) => DeathNotice.SendAsync(Postgres, dead);

    public static GenerateRequested Request(string prompt = "Say hello.") => new() { GenerationId = Guid.CreateVersion7(), Prompt = prompt };

    /// <summary>Publishes a request and returns its id.</summary>
    public async Task<Guid> SubmitAsync(GenerateRequested? request = null)
    {
        request ??= Request();
        await Producer.RequestAsync(request);
        return request.GenerationId;
    }

    /// <summary>The single value of a query.</summary>
    public async Task<T> QueryAsync<T>(string sql, params object[] values)
    {
        await using var source = NpgsqlDataSource.Create(Postgres);
        await using var command = source.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Waits until a query gives a value.</summary>
    public async Task UntilAsync<T>(string sql, T expected, params object[] values)
    {
        await using var source = NpgsqlDataSource.Create(Postgres);
        await Until.EqualAsync(expected, AskAsync, sql);

        async Task<object?> AskAsync()
        {
            await using var command = source.CreateCommand(sql);
            foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
            return await command.ExecuteScalarAsync();
        }
    }

    /// <summary>
    /// The chunks of a generation are 1 … LastSequence without gap or double, and what counts of them is the stored text. What a worker had logged and not sent when
    /// it died is in the log alone, where a reader asks for it.
    /// </summary>
    public async Task AssertStreamIsWholeAsync(Guid id)
    {
        var terminal = await Events.TerminalAsync(id);
        var last = terminal.Message.GetProperty("lastSequence").GetInt64();
        await Events.UntilAsync(seen => seen.Any(e => e.Id == id && e.Kind == "chunk" && e.Sequence == last));
        var chunks = Events.Of(id).Where(seen => seen.Kind == "chunk").DistinctBy(seen => seen.Sequence).ToList();
        if (processes.Exists(worker => worker.HasExited))
            chunks = [.. chunks.Concat(await LogAsync(id)).DistinctBy(chunk => chunk.Sequence).OrderBy(chunk => chunk.Sequence)];
        Assert.Equal(Enumerable.Range(1, (int)last).Select(n => (long)n), chunks.Select(chunk => chunk.Sequence));
        var stored = await QueryAsync<string>("SELECT coalesce(outcome->>'text', outcome->>'partialText', '') FROM generations WHERE id = $1", id);
        Assert.Equal(stored, TextOf(chunks));
    }

    public async ValueTask DisposeAsync()
    {
        if (Producer is not null) await Producer.DisposeAsync();
        if (Events is not null) await Events.DisposeAsync();
        await Task.WhenAll(all.Select(worker => worker.DisposeAsync().AsTask()));
        await Provider.DisposeAsync();
    }

    private static async Task<FleetFixture> OpenAsync(string rabbitMq, string postgres, (string Name, string Value)[] settings)
    {
        var provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
        var fleet = new FleetFixture(rabbitMq, postgres, provider, settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value));
        fleet.Events = await EventReader.StartAsync(rabbitMq);
        fleet.Producer = await Producer.StartAsync(rabbitMq);
        return fleet;
    }

    private async Task<LocalWorker> AddLocalAsync(Role role, LocalTools? tools, Uri? url, TimeProvider? time)
    {
        var worker = await LocalWorker.StartAsync(RabbitMq, Postgres, settings, tools, role, url, time);
        lock (all)
        {
            all.Add(worker);
            if (role != Role.Gateway) workers.Add(worker);
        }
        await worker.WaitReadyAsync();
        return worker;
    }

    private async Task<IReadOnlyList<SeenEvent>> LogAsync(Guid id)
    {
        var rows = await QueryAsync<string>("""
            SELECT json_agg(json_build_object('sequence', sequence, 'step', step, 'kind', kind, 'text', payload->>'text', 'keepThrough', (payload->>'keepThrough')::bigint))::text
            FROM chunks WHERE generation_id = $1
            """, id);
        return [.. JsonElement.Parse(rows).EnumerateArray().Select(row => new SeenEvent("chunk", "", id, Guid.Empty, row, ""))];
    }

    private static string TextOf(IEnumerable<SeenEvent> chunks)
    {
        var kept = new List<SeenEvent>();
        foreach (var chunk in chunks)
        {
            if (chunk.String("kind") == "Restarted") kept.RemoveAll(piece => piece.Sequence > chunk.Message.GetProperty("keepThrough").GetInt64());
            else kept.Add(chunk);
        }
        var last = kept.Count == 0 ? null : kept[^1].String("step");
        return string.Concat(kept.Where(piece => piece.String("kind") == "Text" && piece.String("step") == last).Select(piece => piece.Text));
    }
}
