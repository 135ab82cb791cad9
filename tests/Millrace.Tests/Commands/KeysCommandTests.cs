using System.Text.Json;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Commands;

[Integration]
public sealed class KeysCommandTests : IDisposable
{
    private readonly CommandFolder folder = new();

    [Fact]
    public async Task A_key_is_made_in_a_folder_that_has_no_database_yet_shown_without_its_secret_and_ended()
    {
        var made = await folder.RunAsync("keys", "create", "--name", "ci", "--tenant", "acme", "--scopes", "read,generate", "--expires", "90d", "--requests-per-minute", "60", "--max-concurrent", "4");
        var key = made.OutputOrThrow("keys create").TrimEnd('\n');
        Assert.Matches("^mr_[A-Za-z0-9]{8}_[A-Za-z0-9]{40}$", key);
        Assert.Contains("'ci' of tenant acme, for generate, read, until ", made.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(key, made.Error, StringComparison.Ordinal);

        var table = (await folder.RunAsync("keys", "list")).OutputOrThrow("keys list");
        Assert.Contains($"{key[..11]}_…", table, StringComparison.Ordinal);
        Assert.Contains("60 requests/min, 4 at a time", table, StringComparison.Ordinal);
        Assert.DoesNotContain(key[12..], table, StringComparison.Ordinal);

        Assert.Equal($"{key[..11]} (ci) is revoked.\n", (await folder.RunAsync("keys", "revoke", key)).OutputOrThrow("keys revoke"));
        var listed = JsonElement.Parse((await folder.RunAsync("keys", "list", "--json")).OutputOrThrow("keys list"));
        Assert.Equal((key[..11], 60, JsonValueKind.String), (listed.GetProperty("prefix").GetString(), listed.GetProperty("requestsPerMinute").GetInt32(), listed.GetProperty("revokedAt").ValueKind));
        Assert.False(listed.TryGetProperty("key", out _));
        CommandFolder.AssertExplained(await folder.RunAsync("keys", "revoke", "mr_nobody00"), 1, "There is no such key.");
    }

    [Theory]
    [InlineData("--scopes=read,rite", "'rite' is not a scope; there are generate, read, sessions, approve, webhooks, admin.")]
    [InlineData("--expires=soon", "--expires is 'soon'; it must be a whole number")]
    [InlineData("--tenant=a b", "--tenant must match [A-Za-z0-9_.-]{1,64}.")]
    [InlineData("--max-concurrent=0", "--max-concurrent is 0; it must be at least 1.")]
    public async Task What_cannot_be_is_explained(string argument, string message) =>
        CommandFolder.AssertExplained(await folder.RunAsync("keys", "create", "--name", "x", argument), 2, message);

    public void Dispose() => folder.Dispose();
}
