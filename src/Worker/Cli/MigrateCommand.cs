using System.CommandLine;
using Millrace.Engine.Composition;
using Millrace.Persistence;
using Millrace.Worker.Cli.Terminal;
using Millrace.Worker.Hosting;

namespace Millrace.Worker.Cli;

/// <summary><c>migrate</c>: brings the database's schema up to date and ends.</summary>
internal static class MigrateCommand
{
    public static Command Create(CommandConsole console)
    {
        var command = new Command("migrate", "Apply what the database's schema lacks.");
        command.SetAction((_, cancellation) => RunAsync(console, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(CommandConsole console, CancellationToken cancellation)
    {
        var builder = console.CreateHostBuilder();
        builder.Services.AddMillraceOptions(builder.Configuration).AddDatabase(builder.Configuration, Connections.From(builder.Configuration));
        using var host = builder.Build();
        var applied = await host.Services.GetRequiredService<Schema>().MigrateAsync(cancellation);
        console.Out.WriteLine(applied.Count == 0 ? "The schema is up to date." : $"Applied {string.Join(", ", applied)}.");
        return ExitCode.Ok;
    }
}
