using System.Text.Json;
using Millrace.Contracts;
using Millrace.Dialects.Errors;
using Millrace.Dialects.OpenAI;

namespace Millrace.Tests.Gateway.OpenAI;

/// <summary>How the pieces of a conversation become messages, and what tools are called on the way.</summary>
public sealed class ConversationBuilderTests
{
    private readonly ConversationBuilder read = new();

    [Fact]
    public void A_step_of_the_model_is_one_message_and_its_results_another()
    {
        read.Think("One.");
        read.Think("Two.");
        read.Say("Hello.");
        read.Call(new("a", "t", "{}"));
        read.Think("Three.");
        read.Call(new("b", "t", "{}"));
        Answer("a");
        Answer("b");
        read.Think("Four.");
        read.Say("Bye.");

        Assert.Equal(["Assistant|One.\n\nTwo.\n\nThree.|Hello.|a,b|", "Tool||||a,b", "Assistant|Four.|Bye.||"], Told());
    }

    [Fact]
    public void Thoughts_belong_to_what_follows_them()
    {
        read.Say("Hello.");
        read.Think("Hm.");
        read.Call(new("a", "t", "{}"));
        Answer("a");
        read.Think("Alone.");
        read.Add(new(MessageRole.User, "And?"));

        Assert.Equal(["Assistant||Hello.||", "Assistant|Hm.||a|", "Tool||||a", "Assistant|Alone.|||", "User||And?||"], Told());
    }

    /// <summary>Counted in bytes that were allocated, which no other process of the machine adds to.</summary>
    [Fact]
    public void Work_grows_with_the_conversation_and_no_faster()
    {
        _ = Allocated(1_000);
        var (some, more) = (Allocated(10_000), Allocated(40_000));

        Assert.InRange(more, some, some * 6);
    }

    [Fact]
    public void A_tool_of_a_namespace_has_one_name_that_every_provider_takes()
    {
        var longest = ToolNames.Joined(new('n', 60), "tool");
        Assert.Equal(("a__b", "b", 64), (ToolNames.Joined("a", "b"), ToolNames.Joined(null, "b"), longest.Length));
        Assert.NotEqual(longest, ToolNames.Joined(new('n', 60), "took"));
        Assert.NotEqual(ToolNames.Joined("a.b", "c"), ToolNames.Joined("a_b", "c"));
        Assert.Matches("^[A-Za-z0-9_-]{1,64}$", ToolNames.Joined("a.b/é", "c d"));
    }

    [Theory]
    [InlineData("web_search")]
    [InlineData("of_next_year")]
    public void A_gateway_may_refuse_tools_that_it_has_not(string type)
    {
        IReadOnlyList<JsonElement> asked = [JsonElement.Parse($$"""{"type":"{{type}}"}""")];

        Assert.Null(AskedTools.Read(asked, BuiltInTools.PassOver).Tools);
        var refused = Assert.Throws<FaultException>(() => AskedTools.Read(asked, BuiltInTools.Refuse)).Fault;
        Assert.Equal(("unsupported_parameter", "tools[0].type"), (refused.Code, refused.Param));
    }

    [Theory]
    [InlineData("Options.Temperature is 5; it must be between 0 and 2.", false, "temperature is 5; it must be between 0 and 2.", "temperature")]
    [InlineData("Options.MaxOutputTokens is 0; it must be at least 1.", false, "max_completion_tokens is 0; it must be at least 1.", "max_completion_tokens")]
    [InlineData("Options.MaxOutputTokens is 0; it must be at least 1.", true, "max_output_tokens is 0; it must be at least 1.", "max_output_tokens")]
    [InlineData("Options.Stop has 17 entries; at most 16 are allowed.", false, "stop has 17 entries; at most 16 are allowed.", "stop")]
    [InlineData("Options.JsonSchema is no JSON schema: x", true, "text.format.schema is no JSON schema: x", "text.format.schema")]
    [InlineData("CallerTools[1].Name is 'a.b'; it must match x.", false, "tools[1].function.name is 'a.b'; it must match x.", "tools[1].function.name")]
    [InlineData("CallerTools has 129 entries; at most 128 are allowed.", true, "tools has 129 entries; at most 128 are allowed.", "tools")]
    [InlineData("Metadata['k'] has 513 characters; it must be text of at most 512.", false, "metadata['k'] has 513 characters; it must be text of at most 512.", "metadata")]
    [InlineData("Fallbacks has 9 entries; at most 8 are allowed.", true, "millrace.fallbacks has 9 entries; at most 8 are allowed.", "millrace.fallbacks")]
    [InlineData("Something else.", true, "Something else.", null)]
    public void What_the_workers_refuse_is_told_in_the_APIs_names(string message, bool isResponse, string told, string? param)
    {
        var fault = OpenAINames.Told(new(400, "invalid_request", message), isResponse);

        Assert.Equal((told, param), (fault.Message, fault.Param));
    }

    private void Answer(string call) => read.Answer(call, ContentParts.Of(JsonElement.Parse("\"Done.\""), "output"));

    private IEnumerable<string> Told() => read.Build().Select(message => string.Join('|',
        message.Role, message.Reasoning, message.Text, string.Join(',', (message.ToolCalls ?? []).Select(call => call.Id)), string.Join(',', (message.ToolResults ?? []).Select(result => result.CallId))));

    private static long Allocated(int pieces)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var built = new ConversationBuilder();
        var done = ContentParts.Of(JsonElement.Parse("\"Done.\""), "output");
        for (var i = 0; i < pieces; i++) built.Call(new($"c{i}", "t", "{}"));
        for (var i = 0; i < pieces; i++) built.Answer($"c{i}", done);
        Assert.Equal(2, built.Build().Count);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
