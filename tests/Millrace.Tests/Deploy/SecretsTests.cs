using Millrace.Tests.Servers;
using Npgsql;

namespace Millrace.Tests.Deploy;

public sealed class SecretsTests
{
    [Fact]
    public async Task Passwords_are_generated_and_agree()
    {
        using var folder = new ScratchFolder("secrets");
        await MakeAsync(folder, openAiKey: "sk-test");

        var broker = new Uri(Value(folder, "rabbitmq_connection"));
        var database = new NpgsqlConnectionStringBuilder(Value(folder, "postgres_connection"));

        Assert.Equal($"default_user = millrace\ndefault_pass = {broker.UserInfo.Split(':')[1]}\n", Value(folder, "rabbitmq_account"));
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
            .Append("rabbitmq_account");

        Assert.Equal(used.Distinct().Order(), Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder.Path));
    }

    private static async Task MakeAsync(ScratchFolder folder, string openAiKey) =>
        (await CommandLineProcess.RunAsync(
            [Path.Combine(TestPaths.Repository, "deploy", "make-secrets.sh"), folder.Path],
            new Dictionary<string, string?> { ["OPENAI_API_KEY"] = openAiKey, ["ANTHROPIC_API_KEY"] = null })).OutputOrThrow("make-secrets.sh");

    private static string Value(ScratchFolder folder, string name) => File.ReadAllText(folder.File(name));
}
