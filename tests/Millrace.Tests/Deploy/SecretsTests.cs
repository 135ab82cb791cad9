using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Millrace.Tests.Servers;
using Npgsql;

namespace Millrace.Tests.Deploy;

[Integration]
public sealed class SecretsTests
{
    [Fact]
    public async Task Passwords_are_generated_and_agree()
    {
        using var folder = new ScratchFolder("secrets");
        await MakeAsync(folder, openAiKey: "sk-test");

        var broker = new Uri(Value(folder, "rabbitmq_connection"));
        var database = new NpgsqlConnectionStringBuilder(Value(folder, "postgres_connection"));

        Assert.StartsWith("millrace:", broker.UserInfo, StringComparison.Ordinal);
        Assert.True(Knows(Value(folder, "rabbitmq_definitions"), broker.UserInfo));
        Assert.Equal(Value(folder, "postgres_password"), database.Password);
        Assert.Equal(48, database.Password!.Length);
        Assert.Equal("sk-test", Value(folder, "openai_api_key"));
        Assert.Equal("", Value(folder, "anthropic_api_key"));
    }

    [Fact]
    public async Task A_second_run_keeps_what_exists_and_fills_what_is_empty()
    {
        using var folder = new ScratchFolder("secrets");
        await MakeAsync(folder, openAiKey: "");
        var before = Directory.GetFiles(folder.Path).Where(file => new FileInfo(file).Length > 0).ToDictionary(file => file, File.ReadAllText);

        await MakeAsync(folder, openAiKey: "sk-later");

        Assert.All(before, file => Assert.Equal(file.Value, File.ReadAllText(file.Key)));
        Assert.Equal("sk-later", Value(folder, "openai_api_key"));
    }

    [Fact]
    public async Task Every_secret_of_the_compose_file_is_made_and_nobody_else_can_enter_the_folder()
    {
        using var folder = new ScratchFolder("secrets");
        await MakeAsync(folder, openAiKey: "");

        var used = new[] { "rabbitmq", "postgres", "migrate", "worker" }
            .SelectMany(service => ComposeFile.Services[service].Split('\n'))
            .Where(line => line.TrimStart().StartsWith("secrets: [", StringComparison.Ordinal))
            .SelectMany(line => line.Split('[', ']')[1].Split(", "))
            .Concat(["rabbitmq_admin_connection", "rabbitmq_producer_connection", "rabbitmq_subscriber_connection", "rabbitmq_tools_connection"]);

        Assert.Equal(used.Distinct().Order(), Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder.Path));
    }

    [Fact]
    public async Task Every_role_has_an_account_whose_password_the_broker_knows_only_hashed()
    {
        using var folder = new ScratchFolder("secrets");
        await MakeAsync(folder, openAiKey: "");

        var definitions = Value(folder, "rabbitmq_definitions");
        var accounts = Directory.GetFiles(folder.Path, "rabbitmq*_connection").Select(file => new Uri(File.ReadAllText(file)).UserInfo).ToList();

        Assert.Equal(
            ["millrace", "millrace_admin", "millrace_producer", "millrace_subscriber", "millrace_tools"], accounts.Select(account => account.Split(':')[0]).Order());
        Assert.All(accounts, account => Assert.True(Knows(definitions, account), account));
        Assert.All(accounts, account => Assert.DoesNotContain(account.Split(':')[1], definitions, StringComparison.Ordinal));
        Assert.DoesNotContain("@", definitions, StringComparison.Ordinal);
    }

    /// <summary>As the broker does: base64 of four bytes of salt and the SHA-256 of salt and password.</summary>
    private static bool Knows(string definitions, string account)
    {
        var (user, password) = (account.Split(':')[0], account.Split(':')[1]);
        var entry = JsonElement.Parse(definitions).GetProperty("users").EnumerateArray().Single(entry => entry.GetProperty("name").GetString() == user);
        var hash = entry.GetProperty("password_hash").GetBytesFromBase64();
        return SHA256.HashData([.. hash[..4], .. Encoding.UTF8.GetBytes(password)]).AsSpan().SequenceEqual(hash.AsSpan(4));
    }

    private static async Task MakeAsync(ScratchFolder folder, string openAiKey) =>
        (await CommandLineProcess.RunAsync(
            [Path.Combine(TestPaths.Repository, "deploy", "make-secrets.sh"), folder.Path],
            new Dictionary<string, string?> { ["OPENAI_API_KEY"] = openAiKey, ["ANTHROPIC_API_KEY"] = null })).OutputOrThrow("make-secrets.sh");

    private static string Value(ScratchFolder folder, string name) => File.ReadAllText(folder.File(name));
}
