using Microsoft.Extensions.DependencyInjection;
using Millrace.Persistence;
using Millrace.Persistence.Access;
using Millrace.Persistence.Announcements;
using Millrace.Persistence.Batches;
using Millrace.Persistence.Budgets;
using Millrace.Persistence.Chunks;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Contents;
using Millrace.Persistence.Files;
using Millrace.Persistence.Fleet;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Limits;
using Millrace.Persistence.Membership;
using Millrace.Persistence.Poison;
using Millrace.Persistence.Recovery;
using Millrace.Persistence.Retention;
using Millrace.Persistence.Sessions;
using Millrace.Persistence.Sql;
using Millrace.Persistence.ToolCalls;
using Millrace.Persistence.Usage;
using Millrace.Persistence.Webhooks;

namespace Millrace.Tests.Persistence;

/// <summary>Which database.</summary>
public enum Kind
{
    Postgres,
    Sqlite,
}

/// <summary>One worker's stores over a database, and the way past them for what a test has to see or move.</summary>
internal sealed class Truth(ServiceProvider services, TappedDatabase database, Schema schema) : IAsyncDisposable
{
    /// <summary>So long that nobody dies of a machine that is slow: tests move the times in the table.</summary>
    public static TimeSpan DeadAfter { get; } = TimeSpan.FromMinutes(10);

    public TappedDatabase Database => database;

    public RunStore Runs => services.GetRequiredService<RunStore>();

    public IntakeStore Intake => services.GetRequiredService<IntakeStore>();

    public TurnStore Turns => services.GetRequiredService<TurnStore>();

    public SessionStore Sessions => services.GetRequiredService<SessionStore>();

    public ContentStore Contents => services.GetRequiredService<ContentStore>();

    public UploadStore Uploads => services.GetRequiredService<UploadStore>();

    public ChunkLog Chunks => services.GetRequiredService<ChunkLog>();

    public StepStore Steps => services.GetRequiredService<StepStore>();

    public ToolCallStore Calls => services.GetRequiredService<ToolCallStore>();

    public ToolAnswerStore Answers => services.GetRequiredService<ToolAnswerStore>();

    public RemoteToolStore Tools => services.GetRequiredService<RemoteToolStore>();

    public CancelStore Cancels => services.GetRequiredService<CancelStore>();

    public AnnouncementStore Announcements => services.GetRequiredService<AnnouncementStore>();

    public SweepStore Sweeps => services.GetRequiredService<SweepStore>();

    public RetentionStore Retention => services.GetRequiredService<RetentionStore>();

    public QueueStore Queues => services.GetRequiredService<QueueStore>();

    public LimitStore Limits => services.GetRequiredService<LimitStore>();

    public WorkerStore Workers => services.GetRequiredService<WorkerStore>();

    public InFlightStore InFlight => services.GetRequiredService<InFlightStore>();

    public Deaths Deaths => services.GetRequiredService<Deaths>();

    public BatchStore Batches => services.GetRequiredService<BatchStore>();

    public BatchIntakeStore BatchIntake => services.GetRequiredService<BatchIntakeStore>();

    public BatchRetryStore Retries => services.GetRequiredService<BatchRetryStore>();

    public BatchTallyStore Tallies => services.GetRequiredService<BatchTallyStore>();

    public DatabaseOutage Outage => services.GetRequiredService<DatabaseOutage>();

    public Presence Presence => services.GetRequiredService<Presence>();

    public ApiKeyStore Keys => services.GetRequiredService<ApiKeyStore>();

    public ApiKeyUseStore KeyUses => services.GetRequiredService<ApiKeyUseStore>();

    public GenerationStore Generations => services.GetRequiredService<GenerationStore>();

    public BudgetStore Budgets => services.GetRequiredService<BudgetStore>();

    public ReservationStore Reservations => services.GetRequiredService<ReservationStore>();

    public UsageStore Usage => services.GetRequiredService<UsageStore>();

    public WebhookStore Webhooks => services.GetRequiredService<WebhookStore>();

    public WebhookDeliveryStore Deliveries => services.GetRequiredService<WebhookDeliveryStore>();

    public FileStore Files => services.GetRequiredService<FileStore>();

    public GroupCommit Commit => services.GetRequiredService<GroupCommit>();

    public Schema Schema => schema;

    /// <summary>Another worker's stores, with a write loop of their own, over a database of either kind.</summary>
    /// <param name="opened">Which.</param>
    /// <param name="time">By which they wait. Default: the system's.</param>
    public static Truth Over(IDatabase opened, TimeProvider? time = null)
    {
        var tapped = new TappedDatabase(opened);
        var services = new ServiceCollection().AddLogging().AddSingleton(time ?? TimeProvider.System).AddPersistence(_ => tapped, DeadAfter).BuildServiceProvider();
        return new Truth(services, tapped, new Schema(opened));
    }

    /// <summary>A worker that has been heard for long enough to call others dead. Default: a new one.</summary>
    public async Task<Guid> JudgeAsync(Guid? worker = null)
    {
        var judge = worker ?? Guid.NewGuid();
        await Workers.BeatAsync(judge, "judge", CancellationToken.None);
        await MoveAsync(judge, "unbroken_since", DeadAfter);
        return judge;
    }

    /// <summary>A worker was last heard so long ago that it is dead.</summary>
    public Task SilenceAsync(Guid worker) => MoveAsync(worker, "heartbeat_at", DeadAfter);

    /// <summary>Makes a worker's row look as if more than so long had passed since a time in it.</summary>
    public async Task MoveAsync(Guid worker, string column, TimeSpan age) => Assert.Single(await QueryAsync<long>(
        $"UPDATE workers SET {column} = {database.Sql.NowPlus("$2")} WHERE id = $1 RETURNING 1", worker, -(long)age.TotalMilliseconds - 1));

    /// <summary>Runs a statement with a RETURNING clause, or a query, and gives its first column.</summary>
    public Task<List<T>> QueryAsync<T>(string sql, params object?[] values) where T : notnull =>
        sql.StartsWith("SELECT", StringComparison.Ordinal)
            ? database.QueryAsync(sql, row => row.GetOnly<T>(), CancellationToken.None, values)
            : database.ExecuteAsync(sql, row => row.GetOnly<T>(), CancellationToken.None, values);

    /// <summary>Makes a row look as if a time in it had passed long ago.</summary>
    public async Task AgeAsync(Guid generation, string column, TimeSpan age) => Assert.Single(await QueryAsync<long>(
        $"UPDATE generations SET {column} = {database.Sql.NowPlus("$2")} WHERE id = $1 RETURNING 1", generation, -(long)age.TotalMilliseconds));

    /// <summary>Stores a queued generation and returns its id.</summary>
    public async Task<Guid> AcceptAsync(Func<NewGeneration, NewGeneration>? change = null)
    {
        var generation = Rows.Queued();
        generation = change?.Invoke(generation) ?? generation;
        await Intake.AcceptAsync(generation, CancellationToken.None);
        return generation.Id;
    }

    /// <summary>Stores a generation and claims it for an owner.</summary>
    public async Task<Claim> RunningAsync(Guid owner, Func<NewGeneration, NewGeneration>? change = null) =>
        (await Runs.ClaimAsync(await AcceptAsync(change), owner, Rows.Lane, CancellationToken.None))!;

    public async Task<string> StateAsync(Guid generation) => (await QueryAsync<string>("SELECT state FROM generations WHERE id = $1", generation)).Single();

    public async ValueTask DisposeAsync() => await services.DisposeAsync();
}
