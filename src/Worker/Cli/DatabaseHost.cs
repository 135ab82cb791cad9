using Microsoft.Extensions.Options;
using Millrace.Engine.Composition;
using Millrace.Engine.Settings;
using Millrace.Persistence;
using Millrace.Worker.Cli.Terminal;
using Millrace.Worker.Hosting;

namespace Millrace.Worker.Cli;

/// <summary>What a verb needs that goes to the database and needs neither broker nor workers.</summary>
internal static class DatabaseHost
{
    /// <summary>Runs the verb over the stores, on a schema that is up to date.</summary>
    public static async Task<int> RunAsync(CommandConsole console, Func<IServiceProvider, Task<int>> run, CancellationToken cancellation)
    {
        var builder = console.CreateHostBuilder();
        builder.Services.AddMillraceOptions(builder.Configuration).AddDatabase(builder.Configuration, Connections.From(builder.Configuration));
        using var host = builder.Build();
        var schema = host.Services.GetRequiredService<Schema>();
        if (host.Services.GetRequiredService<IOptions<MillraceOptions>>().Value.MigrateOnStart) await schema.MigrateAsync(cancellation);
        else if (await schema.PendingAsync(cancellation) is { Count: > 0 } pending)
            throw new ConfigurationException($"The database lacks the migrations {string.Join(", ", pending)}. Run the 'migrate' verb, or set Millrace:MigrateOnStart to true.");
        return await run(host.Services);
    }
}
