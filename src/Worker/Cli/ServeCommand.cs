using System.CommandLine;
using Millrace.Client.RabbitMq.Broker;
using Millrace.Client.RabbitMq.Options;
using Millrace.Engine.Settings;
using Millrace.Engine.Tools;
using Millrace.Gateway.Hosting;
using Millrace.Worker.Cli.Terminal;
using Millrace.Worker.Hosting;

namespace Millrace.Worker.Cli;

/// <summary><c>serve</c>: a worker, a gateway, or both, until it is told to stop.</summary>
internal static class ServeCommand
{
    /// <summary>Chunks in memory for each reader of a gateway, which has thousands of them and the log near by.</summary>
    private const int StreamBuffer = 128;

    public static Command Create(LocalTools tools, CommandConsole console)
    {
        var role = new Option<Role?>("--role") { Description = "worker, gateway or all. Default: Millrace:Role, else worker in a fleet, and all without connection strings." };
        var command = new Command("serve", "Run a worker, a gateway, or both until it is stopped. This is also what happens without a verb.") { role };
        command.SetAction((parsed, cancellation) => RunAsync(tools, console, parsed.GetValue(role), cancellation));
        return command;
    }

    public static async Task<int> RunAsync(LocalTools tools, CommandConsole console, Role? role, CancellationToken cancellation)
    {
        var builder = console.CreateServerBuilder();
        builder.UseHealthPort();
        await using var app = Build(builder, tools, role);
        var stopping = app.Lifetime.ApplicationStopping; // asked for now: the run disposes its services before its exception is here
        var endpoints = app.Services.GetService<EndpointWatch>();
        try
        {
            await app.RunAsync(cancellation);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Told to stop while it was still waiting for the database
        }
        return endpoints is { HasGivenUp: true } ? ExitCode.Deaf : ExitCode.Ok;
    }

    /// <summary>The whole program that serves, by its configuration. Where it logs to and listens is its caller's.</summary>
    public static WebApplication Build(WebApplicationBuilder builder, LocalTools tools, Role? role)
    {
        var connections = Connections.From(builder.Configuration);
        var chosen = RoleOf(role ?? builder.Configuration.GetSection(MillraceOptions.Section).Get<MillraceOptions>()?.Role, connections);
        Compose(builder, tools, chosen, connections);
        builder.Services.AddTelemetry(builder.Configuration);

        var app = builder.Build();
        app.MapHealth();
        app.MapMetrics();
        if (chosen != Role.Worker) app.MapGateway();
        if (app.Services.GetService<BrokerWatch>() is { } watch) watch.GivenUp = app.Lifetime.StopApplication;
        return app;
    }

    private static Role RoleOf(Role? wanted, Connections? connections) => (wanted, connections) switch
    {
        (null, null) => Role.All,
        (null, _) => Role.Worker,
        (Role.Gateway, null) => throw new ConfigurationException(
            "The role is gateway, and neither ConnectionStrings:RabbitMq nor ConnectionStrings:Postgres is set: it would have no fleet. Set both, or use the role all."),
        ({ } role, _) => role,
    };

    private static void Compose(WebApplicationBuilder builder, LocalTools tools, Role role, Connections? connections)
    {
        var services = builder.Services;
        if (role == Role.Gateway) services.AddGatewayHost(builder.Configuration, connections).AddGatewayHealth();
        else services.AddSingleton(tools).AddWorker(builder.Configuration, connections).AddWorkerHealth(connections);
        if (role == Role.Worker) return;
        services.AddClientOf(connections);
        services.Configure<MillraceClientOptions>(client => client.StreamBuffer = StreamBuffer);
        services.AddGateway(builder.Configuration);
    }
}
