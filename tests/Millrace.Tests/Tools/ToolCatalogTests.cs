using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using Millrace.Contracts;
using Millrace.Engine.Settings;
using Millrace.Engine.Tools;

namespace Millrace.Tests.Tools;

/// <summary>What the catalog makes of what its sources give.</summary>
public sealed class ToolCatalogTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Where_two_sources_give_a_name_the_first_ones_tool_holds()
    {
        var catalog = new ToolCatalog([new FixedTools(Of("a", "first")), new FixedTools(Of("a", "second"), Of("b", "second"))], Settings());

        Assert.Equal("first", (await catalog.FindAsync("a", Token))!.Description);
        Assert.Equal([("a", "first"), ("b", "second")], await SelectedAsync(catalog, "*"));
    }

    [Fact]
    public async Task It_holds_for_a_tenant_that_may_not_have_it_too()
    {
        var closed = Of("a", "first") with { Options = new ToolOptions { Tenants = ["else"] } };
        var catalog = new ToolCatalog([new FixedTools(closed), new FixedTools(Of("a", "second"), Of("b", "second"))], Settings());

        Assert.Equal([("b", "second")], await SelectedAsync(catalog, "*"));
        var selection = await catalog.SelectAsync(Request("a"), mustExist: true, Token);
        Assert.Equal("Tools names 'a', which the fleet does not have. It has: b.", selection.Refusal?.Message);
    }

    [Fact]
    public async Task A_name_is_taken_by_the_sources_before_and_not_by_those_behind()
    {
        IToolSource[] sources = [new FixedTools(Of("first", "")), new FixedTools(Of("second", "")), new FixedTools(Of("third", ""))];
        var catalog = new ToolCatalog(sources, Settings());

        Assert.True(await catalog.IsTakenAsync("first", sources[1], Token));
        Assert.False(await catalog.IsTakenAsync("second", sources[1], Token));
        Assert.False(await catalog.IsTakenAsync("third", sources[1], Token));
    }

    [Fact]
    public async Task What_the_configuration_says_of_a_tool_holds_over_what_its_source_says()
    {
        var given = Of("a", "") with { Options = new ToolOptions { Timeout = TimeSpan.FromSeconds(2), Tenants = ["else"] } };
        var catalog = new ToolCatalog([new FixedTools(given)], Settings(("a", new ToolSetting { Tenants = ["acme"] })));

        var tool = (await catalog.FindAsync("a", Token))!;

        Assert.Equal((true, false, TimeSpan.FromSeconds(2)), (tool.IsFor("acme"), tool.IsFor("else"), tool.Options.Timeout));
    }

    [Fact]
    public async Task A_generation_that_is_under_way_goes_on_without_what_is_gone()
    {
        var catalog = new ToolCatalog([new FixedTools(Of("b", ""))], Settings());

        var selection = await catalog.SelectAsync(Request("a", "b"), mustExist: false, Token);

        Assert.Null(selection.Refusal);
        Assert.Equal("b", Assert.Single(selection.Tools).Name);
    }

    private static async Task<IEnumerable<(string, string?)>> SelectedAsync(ToolCatalog catalog, params string[] names) =>
        (await catalog.SelectAsync(Request(names), mustExist: true, Token)).Tools.Select(tool => (tool.Name, tool.Description));

    private static GenerateRequested Request(params string[] tools) => new() { GenerationId = Guid.CreateVersion7(), Prompt = "?", Tools = tools };

    private static Tool Of(string name, string description) => Tool.Of(AIFunctionFactory.Create(() => 1, name, description), new ToolOptions());

    private static IOptions<MillraceOptions> Settings(params (string Tool, ToolSetting Setting)[] tools)
    {
        var options = new MillraceOptions();
        foreach (var (tool, setting) in tools) options.Tools[tool] = setting;
        return Options.Create(options);
    }
}
