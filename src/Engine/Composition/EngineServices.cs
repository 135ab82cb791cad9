using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Millrace.Engine.Admission;
using Millrace.Engine.Attachments;
using Millrace.Engine.Batches;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Endings;
using Millrace.Engine.Execution;
using Millrace.Engine.Membership;
using Millrace.Engine.Prompts;
using Millrace.Engine.Publishing;
using Millrace.Engine.Runs;
using Millrace.Engine.Settings;
using Millrace.Providers.Registry;

namespace Millrace.Engine.Composition;

/// <summary>
/// Registers the engine. Its host adds a database, an <see cref="IEventPublisher"/> and an <see cref="IRunQueue"/>, and hands it the messages that arrive.
/// </summary>
public static class EngineServices
{
    /// <summary>The section <c>Millrace</c>, checked when the host starts.</summary>
    public static IServiceCollection AddMillraceOptions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<MillraceOptions>().Bind(configuration.GetSection(MillraceOptions.Section)).ValidateOnStart();
        return services.AddSingleton<IValidateOptions<MillraceOptions>, MillraceOptionsValidation>();
    }

    /// <summary>Before anything else starts, the database is waited for and its schema brought up to date.</summary>
    public static IServiceCollection AddSchema(this IServiceCollection services) => services.AddHostedService<SchemaService>();

    /// <summary>Everything that must run before messages arrive, in the order in which it starts.</summary>
    public static IServiceCollection AddEngine(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddProviders(configuration).AddModels(configuration);
        services.AddSingleton<IValidateOptions<MillraceOptions>, DefaultProviderValidation>().AddSingleton<IValidateOptions<MillraceOptions>, ModelsValidation>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => WorkerIdentity.Create(provider.GetRequiredService<TimeProvider>())).AddSingleton<Lease>();
        services.AddTools();
        services.AddBudgets();
        services.AddBatches();
        services.AddDispatch().AddAdmission().AddExecution().AddPublishing();

        services.AddSchema();
        services.AddInstruments();
        services.AddSingleton<HeartbeatService>().AddHostedService(provider => provider.GetRequiredService<HeartbeatService>());
        services.AddHostedService<PresenceService>();
        services.AddPoison(); // before the bus: its row is there first, and goes when no message is in hand any more
        services.AddLimits();
        return services;
    }

    /// <summary>What looks for work by itself. It starts last.</summary>
    public static IServiceCollection AddBackgroundWork(this IServiceCollection services) => services
        .AddSweeper()
        .AddHostedService<BulkService>();

    private static IServiceCollection AddDispatch(this IServiceCollection services) => services
        .AddSingleton<CapabilityTable>()
        .AddSingleton<LaneSet>()
        .AddSingleton<Candidates>()
        .AddSingleton<TicketSender>()
        .AddSingleton<QueueOutlook>();

    private static IServiceCollection AddAdmission(this IServiceCollection services) => services
        .AddSingleton<ReferredContents>()
        .AddSingleton<RequestAdmission>()
        .AddSingleton<ToolIntake>()
        .AddSingleton<TurnIntake>()
        .AddSingleton<RequestIntake>()
        .AddSingleton<IntakeFollowUp>()
        .AddSingleton<QueueEvents>();

    private static IServiceCollection AddExecution(this IServiceCollection services) => services
        .AddSingleton<StoredAttachments>()
        .AddSingleton<Conversation>()
        .AddSingleton<ChunkStreams>()
        .AddSingleton<StepLog>()
        .AddSingleton<ClaimedRuns>()
        .AddCallGuards()
        .AddSingleton<ProviderStep>()
        .AddSingleton<RetryExecutor>()
        .AddSingleton<CallLoop>()
        .AddSingleton<StepLoop>()
        .AddSingleton<RunStarter>()
        .AddSingleton<RunCompletion>()
        .AddSingleton<RunExecutor>()
        .AddSingleton<RunSet>()
        .AddSingleton<UnreadableGeneration>()
        .AddSingleton<UnclaimedCompletion>();

    private static IServiceCollection AddPublishing(this IServiceCollection services) => services
        .AddSingleton<ChunkPace>()
        .AddSingleton<EventSender>()
        .AddSingleton<AnswerSender>()
        .AddSingleton<Announcer>()
        .AddSingleton<CancelBroadcaster>();
}
