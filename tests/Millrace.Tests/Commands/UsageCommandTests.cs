using System.Text.Json;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Commands;

[Integration]
public sealed class UsageCommandTests : IDisposable
{
    private readonly CommandFolder folder = new();

    [Fact]
    public async Task Usage_is_shown_by_what_is_asked_for_as_a_table_as_lines_and_as_values()
    {
        folder.Environment["Millrace__Models__0__Name"] = "simulated/*";
        folder.Environment["Millrace__Models__0__InputPrice"] = folder.Environment["Millrace__Models__0__OutputPrice"] = "1000";
        (await folder.RunAsync("generate", "--model", "simulated/default?words=10", "Hello?")).OutputOrThrow("generate");

        var line = JsonElement.Parse((await folder.RunAsync("usage", "--by", "provider,state", "--json")).OutputOrThrow("usage --json"));
        Assert.Equal(("simulated", "completed", 1), (line.GetProperty("provider").GetString(), line.GetProperty("state").GetString(), line.GetProperty("generations").GetInt32()));
        var (tokens, cost) = (line.GetProperty("inputTokens").GetDecimal() + line.GetProperty("outputTokens").GetDecimal(), line.GetProperty("cost").GetDecimal());
        Assert.Equal((tokens / 1000, true), (cost, tokens > 0));

        var day = JsonElement.Parse((await folder.RunAsync("usage", "--by", "day", "--json")).OutputOrThrow("usage --by day")).GetProperty("day").GetString()!;
        var table = (await folder.RunAsync("usage", "--tenant", "default")).OutputOrThrow("usage");
        Assert.Contains(day, table, StringComparison.Ordinal);
        Assert.Contains($"${cost:0.00####}", table, StringComparison.Ordinal);
        Assert.Equal("tenant,generations,completed,failed,cancelled,inputTokens,cachedTokens,outputTokens,reasoningTokens,cost,withoutPrice\r\n",
            (await folder.RunAsync("usage", "--by", "tenant", "--tenant", "nobody", "--csv")).OutputOrThrow("usage --csv"));
        CommandFolder.AssertExplained(await folder.RunAsync("usage", "--by", "colour"), 2, "'colour' is not a group; there are hour, day, month");
    }

    public void Dispose() => folder.Dispose();
}
