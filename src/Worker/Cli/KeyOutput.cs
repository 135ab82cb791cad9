using System.Text.Json;
using Millrace.Contracts;
using Millrace.Persistence.Access;
using Millrace.Worker.Cli.Terminal;
using Spectre.Console;

namespace Millrace.Worker.Cli;

/// <summary>How API keys look on standard output.</summary>
internal sealed class KeyOutput(CommandConsole console)
{
    /// <summary>The key alone on standard output, for a shell to take; what a person wants to know beside it.</summary>
    public void WriteNew(ListedApiKey made, string key)
    {
        console.Out.WriteLine(key);
        console.Error.WriteLine($"That is the key '{made.Name}' of tenant {made.Tenant}, for {made.Scopes.Replace(" ", ", ")}{(made.ExpiresAt is { } end ? $", until {end:u}" : "")}. It is not shown again.");
    }

    public void WriteJson(ListedApiKey key, string? text = null) => console.Out.WriteLine(JsonSerializer.Serialize(
        new
        {
            Key = text,
            key.Id,
            key.Prefix,
            key.Name,
            key.Tenant,
            Scopes = key.Scopes.Split(' '),
            key.RequestsPerMinute,
            key.TokensPerMinute,
            key.MaxConcurrent,
            key.CreatedAt,
            key.ExpiresAt,
            key.RevokedAt,
            key.LastGenerationAt,
        },
        ContractsJson.Options));

    public void WriteTable(IReadOnlyList<ListedApiKey> keys)
    {
        var table = new Table().AddColumns("key", "name", "tenant", "scopes", "limits", "created", "ends", "last generation");
        foreach (var key in keys)
        {
            table.AddRow(new[]
            {
                $"{key.Prefix}_…",
                key.Name,
                key.Tenant,
                key.Scopes.Replace(' ', ','),
                Limits(key),
                $"{key.CreatedAt:u}",
                key.RevokedAt is { } revoked ? $"revoked {revoked:u}" : key.ExpiresAt is { } end ? $"{end:u}" : "-",
                key.LastGenerationAt is { } last ? $"{last:u}" : "-",
            }.Select(Markup.Escape).ToArray());
        }
        console.WriteTable(table);
    }

    private static string Limits(ListedApiKey key)
    {
        string[] limits =
        [
            .. key.RequestsPerMinute is { } requests ? [$"{requests} requests/min"] : Array.Empty<string>(),
            .. key.TokensPerMinute is { } tokens ? [$"{tokens} tokens/min"] : Array.Empty<string>(),
            .. key.MaxConcurrent is { } many ? [$"{many} at a time"] : Array.Empty<string>(),
        ];
        return limits.Length > 0 ? string.Join(", ", limits) : "-";
    }
}
