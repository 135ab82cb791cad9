using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Millrace.Contracts;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Sql;

namespace Millrace.Persistence.ToolCalls;

/// <summary>The tools that other services have offered.</summary>
public sealed partial class RemoteToolStore(
    GroupCommit commit, IDatabase database, DatabaseOutage outage, ILogger<RemoteToolStore> log)
{
    private readonly ConcurrentDictionary<string, bool> spoilt = new(StringComparer.Ordinal);

    private readonly string put = $"""
        INSERT INTO tools (name, definition, registered_at) VALUES ($1, {database.Sql.Json("$2")}, {database.Sql.Now})
        ON CONFLICT (name) DO UPDATE SET definition = excluded.definition, registered_at = excluded.registered_at
        """;

    /// <summary>Keeps a tool, in place of the one of its name.</summary>
    public Task PutAsync(RegisterTool tool, CancellationToken cancellation) =>
        commit.ExecuteAsync(put, cancellation, tool.Name, JsonSerializer.Serialize(tool, ContractsJson.Options));

    /// <summary>Forgets a tool. Calls that wait for it go on waiting.</summary>
    public Task RemoveAsync(string name, CancellationToken cancellation) =>
        commit.ExecuteAsync("DELETE FROM tools WHERE name = $1", cancellation, name);

    /// <summary>
    /// All of them, by name. One whose definition something has spoilt is left out, and told of once.
    /// </summary>
    public async Task<List<RegisterTool>> AllAsync(CancellationToken cancellation)
    {
        var rows = await outage.QueryAsync(
            "SELECT name, definition FROM tools ORDER BY name",
            row => (Name: row.GetString("name"), Definition: row.GetStringOrNull("definition") ?? "null"), cancellation);
        return [.. rows.Select(row => Read(row.Name, row.Definition)).OfType<RegisterTool>()];
    }

    private RegisterTool? Read(string name, string definition)
    {
        try
        {
            return JsonSerializer.Deserialize<RegisterTool>(
                definition, ContractsJson.Options) ?? throw new JsonException("The definition is null.");
        }
        catch (JsonException fault)
        {
            if (spoilt.TryAdd(name, true)) LogSpoilt(fault, name);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Error, "What is stored of tool {Name} cannot be read; it is left out until it is registered again")]
    private partial void LogSpoilt(Exception fault, string name);
}
