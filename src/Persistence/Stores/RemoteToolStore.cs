using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Persistence;

/// <summary>The tools that other services have offered.</summary>
public sealed class RemoteToolStore(GroupCommit commit, IDatabase database, DatabaseOutage outage)
{
    private readonly string put = $"""
        INSERT INTO tools (name, definition, registered_at) VALUES ($1, {database.Sql.Json("$2")}, {database.Sql.Now})
        ON CONFLICT (name) DO UPDATE SET definition = excluded.definition, registered_at = excluded.registered_at RETURNING 1
        """;

    /// <summary>Keeps a tool, in place of the one of its name.</summary>
    public Task PutAsync(RegisterTool tool, CancellationToken cancellation) =>
        commit.RunAsync(put, static _ => Row.Found, cancellation, tool.Name, JsonSerializer.Serialize(tool, ContractsJson.Options));

    /// <summary>Forgets a tool. Calls that wait for it go on waiting.</summary>
    public Task RemoveAsync(string name, CancellationToken cancellation) =>
        commit.RunAsync("DELETE FROM tools WHERE name = $1 RETURNING 1", static _ => Row.Found, cancellation, name);

    /// <summary>All of them, by name.</summary>
    public Task<List<RegisterTool>> AllAsync(CancellationToken cancellation) =>
        outage.WaitOutAsync(token => database.QueryAsync("SELECT definition FROM tools ORDER BY name",
            row => JsonSerializer.Deserialize<RegisterTool>(row.GetString(0), ContractsJson.Options)!, token), cancellation);
}
