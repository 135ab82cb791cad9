using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
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
using Millrace.Persistence.Quotas;
using Millrace.Persistence.Recovery;
using Millrace.Persistence.Retention;
using Millrace.Persistence.Reuse;
using Millrace.Persistence.Sessions;
using Millrace.Persistence.Sql;
using Millrace.Persistence.ToolCalls;
using Millrace.Persistence.Usage;
using Millrace.Persistence.Webhooks;

namespace Millrace.Persistence;

/// <summary>Registers the truth and its stores.</summary>
public static class PersistenceServices
{
    /// <summary>
    /// Everything over <paramref name="open"/>'s database; an owner is dead when its heartbeat is older than <paramref name="deadAfter"/>. Waiting is by the registered
    /// <see cref="TimeProvider"/>, or else the system's.
    /// </summary>
    public static IServiceCollection AddPersistence(
        this IServiceCollection services, Func<IServiceProvider, IDatabase> open, TimeSpan deadAfter)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services.AddStores(open, deadAfter);
    }

    private static IServiceCollection AddStores(
        this IServiceCollection services, Func<IServiceProvider, IDatabase> open, TimeSpan deadAfter) =>
        services
        .AddSingleton(open)
        .AddSingleton(provider => new Liveness(provider.GetRequiredService<IDatabase>(), deadAfter))
        .AddSingleton<DatabaseOutage>()
        .AddSingleton<GroupCommit>()
        .AddSingleton<Schema>()
        .AddSingleton<IntakeStore>()
        .AddSingleton<RunStore>()
        .AddSingleton<SerializedTransactions>()
        .AddSingleton<QuotaTransactions>()
        .AddSingleton<TurnStore>()
        .AddSingleton<SessionStore>()
        .AddSingleton<ContentStore>()
        .AddSingleton<UploadStore>()
        .AddSingleton<ChunkLog>()
        .AddSingleton<ReplayPages>()
        .AddSingleton<GenerationStore>()
        .AddSingleton<ToolCallHistory>()
        .AddSingleton<FleetStore>()
        .AddSingleton<StepStore>()
        .AddSingleton<ToolCallStore>()
        .AddSingleton<ToolAnswerStore>()
        .AddSingleton<RemoteToolStore>()
        .AddSingleton<CancelStore>()
        .AddSingleton<AnnouncementStore>()
        .AddSingleton<WorkerStore>()
        .AddSingleton<Presence>()
        .AddSingleton<InFlightStore>()
        .AddSingleton<Deaths>()
        .AddSingleton<SweepStore>()
        .AddSingleton<RetentionStore>()
        .AddSingleton<QueueStore>()
        .AddSingleton<LimitStore>()
        .AddSingleton<ApiKeyStore>()
        .AddSingleton<ApiKeyUseStore>()
        .AddSingleton<BudgetStore>()
        .AddSingleton<ReservationStore>()
        .AddSingleton<UsageStore>()
        .AddSingleton<WebhookStore>()
        .AddSingleton<WebhookDeliveryStore>()
        .AddSingleton<SharedAnswerStore>()
        .AddSingleton<FileStore>()
        .AddSingleton<BatchStore>()
        .AddSingleton<BatchIntakeStore>()
        .AddSingleton<BatchRounds>()
        .AddSingleton<BatchRelease>()
        .AddSingleton<BulkFeedStore>()
        .AddSingleton<BatchTallyStore>()
        .AddSingleton<BatchResultStore>()
        .AddSingleton<BatchRetryStore>()
        .AddSingleton<BatchEndStore>();
}
