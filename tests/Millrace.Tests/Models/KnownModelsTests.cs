using System.Text.Json.Nodes;
using Millrace.Providers.Models;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Models;

/// <summary>The data that ships is sound.</summary>
public sealed class KnownModelsTests
{
    private static readonly JsonNode Table = JsonNode.Parse(File.ReadAllText(Path.Combine(TestPaths.Repository, "src/Providers/Models/known-models.json")))!;

    private static readonly IReadOnlyList<JsonNode> Models = [.. Table["groups"]!.AsArray().SelectMany(group => group!["models"]!.AsArray()!)!];

    [Fact]
    public void Every_model_of_the_file_is_in_the_table() => Assert.Equal(Models.Count, KnownModels.All.Count);

    [Fact]
    public void No_name_is_there_twice() =>
        Assert.Empty(Models.GroupBy(model => (string)model["name"]!, StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1).Select(same => same.Key));

    [Fact]
    public void Every_name_finds_itself() => Assert.All(Models, model =>
        Assert.Equal((int)model["context"]!, KnownModels.Find(((string)model["name"]!).TrimEnd('*'))?.Limits.ContextTokens));

    [Fact]
    public void Input_and_output_are_within_the_context() => Assert.All(KnownModels.All, model =>
    {
        Assert.InRange(model.Limits.ContextTokens, 1024, 100_000_000);
        Assert.InRange(model.Limits.MaxOutputTokens ?? 1, 1, model.Limits.ContextTokens);
        Assert.InRange(model.Limits.MaxInputTokens ?? 1, 1, model.Limits.ContextTokens - 1);
        Assert.InRange(model.Limits.TokenRatio, 1, 2);
    });

    [Fact]
    public void The_figures_say_when_and_where_they_were_gathered()
    {
        Assert.Matches("^20[0-9]{2}-[0-9]{2}-[0-9]{2}$", (string)Table["gathered"]!);
        Assert.All(Table["groups"]!.AsArray(), group => Assert.NotEmpty((string)group!["source"]!));
    }
}
