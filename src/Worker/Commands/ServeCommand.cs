using System.CommandLine;
using Millrace.Worker.Hosting;

namespace Millrace.Worker.Commands;

/// <summary><c>serve</c>: a worker, until it is told to stop.</summary>
internal static class ServeCommand
{
    public static Command Create(LocalTools tools)
    {
        var command = new Command("serve", "Run a worker until it is stopped. This is also what happens without a verb.");
        command.SetAction((_, cancellation) => RunAsync(tools, cancellation));
        return command;
    }

    public static async Task<int> RunAsync(LocalTools tools, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateBuilder();
        var connections = Connections.From(builder.Configuration);
        builder.Logging.AddWorkerLogging();
        builder.UseHealthPort();
        builder.Services.AddSingleton(tools).AddWorker(builder.Configuration, connections).AddHealth();

        await using var app = builder.Build();
        app.MapHealth();
        var stopping = app.Lifetime.ApplicationStopping; // asked for now: the run disposes its services before its exception is here
        try
        {
            await app.RunAsync(cancellation);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Told to stop while it was still waiting for the database
        }
        return ExitCode.Ok;
    }
}
