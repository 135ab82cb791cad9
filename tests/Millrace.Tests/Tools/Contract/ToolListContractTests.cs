using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Millrace.Client.Errors;
using Millrace.Contracts;
using Millrace.Engine.Settings;
using Millrace.Engine.Tools;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;
using static Millrace.Tests.Tools.ToolTalk;

namespace Millrace.Tests.Tools.Contract;

/// <summary>Which tools there are, for whom, and what a model sees of them: the same from every source.</summary>
[Integration]
public sealed class ToolListContractTests
{
    [Theory, EachSource]
    public async Task A_model_sees_name_description_and_schema_as_they_were_given(string source)
    {
        await using var stage = await ToolStage.StartAsync(source);

        await stage.CallAsync();

        var offered = stage.Provider.Calls[0].Body.GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("function"));
        var function = Assert.Single(offered);
        Assert.Equal(("look_up", "Looks something up."), (function.GetProperty("name").GetString(), function.GetProperty("description").GetString()));
        Assert.True(JsonElement.DeepEquals(stage.Function.JsonSchema, function.GetProperty("parameters")), $"{function}");
    }

    [Theory, EachSource]
    public async Task A_tool_that_the_configuration_gives_to_some_tenants_is_not_there_for_others(string source)
    {
        await using var stage = await ToolStage.StartAsync(source, ("Tenants:0", "acme"));
        stage.Provider.Respond(call => CallThenTell(call, ("look_up", ToolStage.What)));

        var answer = await Until.DoneAsync(stage.Worker.Client.GenerateAsync(Ask("Look it up.", "look*") with { Tenant = "acme" }));

        Assert.Equal("The desk said: found: hello", answer.Text);
        foreach (var request in new[] { Ask("x", "look_up"), Ask("x", "*"), Ask("x", "look_up") with { Tenant = "ACME" } })
        {
            var refused = await Assert.ThrowsAsync<GenerationFailedException>(() => Until.DoneAsync(stage.Worker.Client.GenerateAsync(request)));
            Assert.Equal(
                (FailureReason.InvalidRequest, $"Tools names '{request.Tools![0]}', which the fleet does not have. It has none."),
                (refused.Failed.Reason, refused.Failed.Message));
        }
        Assert.Equal([ToolStage.What], stage.Function.Calls);
    }

    [Theory, EachSource]
    public async Task A_name_that_a_source_behind_it_gives_too_stays_with_it(string source)
    {
        var other = new ScriptedFunction();
        await using var stage = await ToolStage.StartBesideAsync(source, services => services.AddSingleton<IToolSource>(SourceOf(other)));
        await stage.UntilListedAsync();

        await stage.CallAsync();

        Assert.Equal([ToolStage.What], stage.Function.Calls);
        Assert.Empty(other.Calls);
    }

    [Theory, EachSource]
    public async Task A_name_that_a_source_before_it_gives_too_is_that_ones(string source)
    {
        var other = new ScriptedFunction();
        await using var stage = await ToolStage.StartBesideAsync(
            source, services => services.Insert(0, ServiceDescriptor.Singleton<IToolSource>(SourceOf(other))));

        await stage.CallAsync();

        Assert.Equal([ToolStage.What], other.Calls);
        Assert.Empty(stage.Function.Calls);
    }

    [Fact]
    public async Task Each_source_of_a_worker_is_in_the_list_of_these_tests()
    {
        await using var stage = await ToolStage.StartAsync(nameof(FixedTools));

        var sources = stage.Worker.Services.GetServices<IToolSource>().Select(source => source.GetType().Name);

        Assert.Equal(SourceUnderTest.Names, sources);
    }

    private static FixedTools SourceOf(ScriptedFunction function) => new FixedTools(Tool.Of(function, new ToolOptions()));
}
