using Microsoft.Extensions.Options;
using Millrace.Engine.Settings;
using Millrace.Persistence;
using Millrace.Persistence.Commit;

namespace Millrace.Engine.Composition;

/// <summary>Before anything else: wait for the database, and bring its schema up to date if that is allowed.</summary>
internal sealed partial class SchemaService(
    Schema schema, DatabaseOutage outage, IOptions<MillraceOptions> options, ILogger<SchemaService> log) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.MigrateOnStart)
        {
            var applied = await outage.WaitOutAsync(schema.MigrateAsync, cancellationToken);
            if (applied.Count > 0) LogApplied(string.Join(", ", applied));
            return;
        }
        var pending = await outage.WaitOutAsync(schema.PendingAsync, cancellationToken);
        if (pending.Count > 0)
            throw new ConfigurationException($"The database lacks the migrations {string.Join(", ", pending)}. Run the 'migrate' verb, or set Millrace:MigrateOnStart to true.");
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Information, "Applied migrations: {Names}")]
    private partial void LogApplied(string names);
}
