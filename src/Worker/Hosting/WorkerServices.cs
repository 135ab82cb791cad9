using MassTransit;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Millrace.Client.RabbitMq.Options;
using Millrace.Persistence;
using Millrace.Worker.Admission;
using Millrace.Worker.Attachments;
using Millrace.Worker.Batches;
using Millrace.Worker.Dispatch;
using Millrace.Worker.Endings;
using Millrace.Worker.Execution;
using Millrace.Worker.Membership;
using Millrace.Worker.Messaging;
using Millrace.Worker.Prompts;
using Millrace.Worker.Providers.Registry;
using Millrace.Worker.Publishing;
using Millrace.Worker.Recovery;
using Millrace.Worker.Reuse;
using Millrace.Worker.Runs;
using Millrace.Worker.Settings;

namespace Millrace.Worker.Hosting;

/// <summary>Everything a worker is made of, in the order in which it starts; it stops in the opposite one.</summary>
internal static class WorkerServices
{
    public static IServiceCollection AddWorker(this IServiceCollection services, IConfiguration configuration, Connections? connections)
    {
        services.AddMillraceOptions(configuration);
        services.AddDatabase(configuration, connections);
        services.AddProviders(configuration).AddModels(configuration);
        services.AddSingleton<IValidateOptions<MillraceOptions>, DefaultProviderValidation>().AddSingleton<IValidateOptions<MillraceOptions>, ModelsValidation>();
        services.AddSingleton<CapabilityTable>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => WorkerIdentity.Create(provider.GetRequiredService<TimeProvider>())).AddSingleton<Lease>();
        services.AddSingleton<LaneSet>().AddSingleton<Candidates>().AddSingleton<TicketSender>();
        services.AddTools();
        services.AddBudgets();
        services.AddSingleton<RequestAdmission>().AddSingleton<ToolIntake>().AddSingleton<TurnIntake>().AddSingleton<QueueOutlook>().AddSingleton<QueueNews>().AddSingleton<CancelBroadcaster>().AddSingleton<UnclaimedEnding>();
        services.AddSingleton<Conversation>().AddSingleton<StoredAttachments>().AddSingleton<ReferredContents>();
        services.AddSingleton<AnswerReuse>().AddSingleton<ProviderStep>().AddSingleton<Repeater>().AddSingleton<StepLoop>().AddSingleton<Finisher>().AddSingleton<Generator>().AddSingleton<RunSet>().AddSingleton<SpoiltGeneration>();
        services.AddSingleton<ChunkPace>().AddSingleton<EventSender>().AddSingleton<AnswerSender>().AddSingleton<QuestionAnswers>().AddSingleton<Announcer>().AddSingleton<Rejections>();

        services.AddBatches();

        services.AddHostedService<SchemaService>();
        services.AddInstruments();
        services.AddSingleton<HeartbeatService>().AddHostedService(provider => provider.GetRequiredService<HeartbeatService>());
        services.AddHostedService<PresenceService>();
        services.AddPoison(); // before the bus: its row is there first, and goes when no message is in hand any more
        services.AddLimits();
        services.AddMcp(configuration);
        if (connections is null) services.AddEmbeddedBus();
        else services.AddFleetBus(connections.RabbitMq);
        services.AddOptions<MassTransitHostOptions>().Configure<IOptions<MillraceOptions>>((bus, millrace) =>
        {
            // Consumers stop before the bus does, the bus before the host: runs are drained by the lanes before any of it
            bus.ConsumerStopTimeout = millrace.Value.DrainTime + TimeSpan.FromSeconds(6);
            bus.StopTimeout = millrace.Value.DrainTime + TimeSpan.FromSeconds(8);
            // In memory, what is sent before its queue is open is lost; a broker keeps it, and may come later than its workers
            bus.WaitUntilStarted = connections is null;
        });
        services.AddOptions<HostOptions>().Configure<IOptions<MillraceOptions>>((host, millrace) =>
            host.ShutdownTimeout = millrace.Value.DrainTime + TimeSpan.FromSeconds(12));
        services.AddHostedService<LaneService>();
        services.AddHostedService<Sweeper>();
        services.AddHostedService<BulkService>();
        return services;
    }

    /// <summary>What a gateway without a worker needs of this: the settings and the database, up to date.</summary>
    public static IServiceCollection AddGatewayHost(this IServiceCollection services, IConfiguration configuration, Connections? connections)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services.AddMillraceOptions(configuration).AddDatabase(configuration, connections).AddHostedService<SchemaService>();
    }

    public static IServiceCollection AddMillraceOptions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<MillraceOptions>().Bind(configuration.GetSection(MillraceOptions.Section)).ValidateOnStart();
        services.AddOptions<MillraceClientOptions>().Configure<IOptions<MillraceOptions>>((client, millrace) => client.DeafAfter = millrace.Value.DeafAfter);
        return services.AddSingleton<IValidateOptions<MillraceOptions>, MillraceOptionsValidation>();
    }

    public static IServiceCollection AddDatabase(this IServiceCollection services, IConfiguration configuration, Connections? connections)
    {
        var options = configuration.GetSection(MillraceOptions.Section).Get<MillraceOptions>() ?? new MillraceOptions();
        return services.AddPersistence(
            _ => connections is null ? new SqliteDatabase(options.Database) : new PostgresDatabase(connections.Postgres), options.DeadAfter);
    }
}
