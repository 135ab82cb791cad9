using MassTransit;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Millrace.Client.RabbitMq.Options;
using Millrace.Engine.Composition;
using Millrace.Engine.Settings;
using Millrace.Engine.Tools;
using Millrace.Mcp;
using Millrace.Persistence;
using Millrace.Persistence.Sql;
using Millrace.Worker.Messaging;

namespace Millrace.Worker.Hosting;

/// <summary>Everything a worker is made of, in the order in which it starts; it stops in the opposite one.</summary>
internal static class WorkerServices
{
    public static IServiceCollection AddWorker(this IServiceCollection services, IConfiguration configuration, Connections? connections)
    {
        services.AddMillraceOptions(configuration).AddClientOptions();
        services.AddDatabase(configuration, connections);
        services.AddEngine(configuration);
        services.AddToolSources(configuration);
        services.AddBus(connections);
        services.AddSingleton<LaneConsumers>().AddHostedService<LaneService>();
        services.AddBackgroundWork();
        return services;
    }

    /// <summary>What a gateway without a worker needs of this: the settings and the database, up to date.</summary>
    public static IServiceCollection AddGatewayHost(this IServiceCollection services, IConfiguration configuration, Connections? connections)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services.AddMillraceOptions(configuration).AddClientOptions().AddDatabase(configuration, connections).AddSchema();
    }

    public static IServiceCollection AddDatabase(this IServiceCollection services, IConfiguration configuration, Connections? connections)
    {
        var options = configuration.GetSection(MillraceOptions.Section).Get<MillraceOptions>() ?? new MillraceOptions();
        return services.AddPersistence(
            _ => connections is null ? new SqliteDatabase(options.Database) : new PostgresDatabase(connections.Postgres), options.DeadAfter);
    }

    private static IServiceCollection AddClientOptions(this IServiceCollection services)
    {
        services.AddOptions<MillraceClientOptions>().Configure<IOptions<MillraceOptions>>((client, millrace) => client.DeafAfter = millrace.Value.DeafAfter);
        return services;
    }

    /// <summary>In the order in which they hold: where two sources give a name, the first one's tool is called.</summary>
    private static void AddToolSources(this IServiceCollection services, IConfiguration configuration) => services
        .AddToolSource<LocalTools>()
        .AddMcp(configuration)
        .AddToolSource<ServiceTools>();

    private static void AddBus(this IServiceCollection services, Connections? connections)
    {
        services.AddSingleton<QuestionAnswers>().AddSingleton<Rejections>().AddSingleton<PoisonAnswers>();
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
    }
}
