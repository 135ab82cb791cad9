using Millrace.Gateway.Access;
using Millrace.Persistence.Access;
using Millrace.Persistence.Sql;
using Millrace.Tests.Persistence;

namespace Millrace.Tests.Gateway;

/// <summary>API keys, made in the database as the <c>keys</c> verb does.</summary>
internal static class TestKeys
{
    /// <summary>The text of a new key. Default: it may do everything in the tenant <c>default</c>, without limits.</summary>
    public static async Task<string> CreateAsync(string postgres, Func<NewApiKey, NewApiKey>? change = null)
    {
        await using var truth = Truth.Over(new PostgresDatabase(postgres));
        var key = new NewApiKey("test", "default", Scopes.Write(Enum.GetValues<Scope>()));
        return (await truth.Keys.AddAsync(change?.Invoke(key) ?? key, CancellationToken.None)).Key;
    }
}
