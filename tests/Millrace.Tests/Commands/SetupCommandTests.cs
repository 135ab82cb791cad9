using System.Text.Json;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Commands;

[Integration]
public sealed class SetupCommandTests : IDisposable
{
    private readonly CommandFolder folder = new();

    [Fact]
    public async Task Migrate_says_what_it_applied_and_then_that_there_is_nothing_to_do()
    {
        Assert.Matches("^Applied [0-9]+_Initial.*\\.\n$", (await folder.RunAsync("migrate")).OutputOrThrow("migrate"));
        Assert.Equal("The schema is up to date.\n", (await folder.RunAsync("migrate")).OutputOrThrow("migrate"));
    }

    [Fact]
    public async Task Providers_are_shown_with_whether_they_answer()
    {
        await using var server = await ScriptedProvider.StartAsync(Wire.OpenAI);
        folder.Environment["Millrace__Providers__mine__Endpoint"] = server.Endpoint.ToString();
        folder.Environment["Millrace__Providers__mine__ApiKey"] = "sk-canary-secret";

        var table = await folder.RunAsync("providers");
        server.ProbeStatus = 401;
        var refused = await folder.RunAsync("providers", "--json");

        Assert.Equal(0, table.ExitCode);
        Assert.Contains("simulated", table.Output, StringComparison.Ordinal);
        Assert.Contains(server.Endpoint.ToString(), table.Output, StringComparison.Ordinal);
        var rows = refused.Output.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToDictionary(row => row.GetProperty("name").GetString()!);
        Assert.Equal(1, refused.ExitCode);
        Assert.True(rows["simulated"].GetProperty("answers").GetBoolean());
        Assert.False(rows["mine"].GetProperty("answers").GetBoolean());
        Assert.Contains("401", rows["mine"].GetProperty("problem").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("canary", table.Output + table.Error + refused.Output + refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("generate", "x")]
    [InlineData("migrate")]
    public async Task One_connection_string_alone_is_a_mistake_and_not_the_embedded_default(params string[] arguments)
    {
        folder.Environment["ConnectionStrings__RabbitMq"] = "amqp://user:secret@host/";

        var ended = await folder.RunAsync(arguments);

        CommandFolder.AssertExplained(ended, 2, "ConnectionStrings:RabbitMq is set and ConnectionStrings:Postgres is not.");
        Assert.DoesNotContain("secret", ended.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.Database));
    }

    /// <summary>The settings of models are options of their own, and are checked beside the others.</summary>
    [Fact]
    public async Task Wrong_settings_of_several_kinds_are_all_explained()
    {
        folder.Environment["Millrace__MaxRequestBytes"] = "1";
        folder.Environment["Millrace__DefaultContextTokens"] = "0";

        var ended = await folder.RunAsync("generate", "x");

        CommandFolder.AssertExplained(ended, 2, "Millrace:MaxRequestBytes is 1; it must be between 1024 and 16777216.");
        Assert.Contains("Millrace:DefaultContextTokens is 0; it must be between 1 and 100000000.", ended.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.Database));
    }

    public void Dispose() => folder.Dispose();
}
