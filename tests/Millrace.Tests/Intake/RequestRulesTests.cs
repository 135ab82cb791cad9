using System.Text.Json;
using Millrace.Contracts;
using Millrace.Engine.Requests;

namespace Millrace.Tests.Intake;

public sealed class RequestRulesTests
{
    private static readonly GenerateRequested Good = new() { GenerationId = Guid.CreateVersion7(), Prompt = "x" };

    private static readonly Dictionary<string, GenerateRequested> Broken = new()
    {
        ["Neither Prompt nor Messages is given; give one of them."] = Good with { Prompt = null },
        ["Both Prompt and Messages are given; give one of them."] = Good with { Messages = [new(MessageRole.User, "y")] },
        ["Prompt is empty; it must hold some text."] = Good with { Prompt = " \n" },
        ["Messages is empty; it must hold at least one message."] = Good with { Prompt = null, Messages = [] },
        ["Messages ends with tool calls; a message of role Tool with their results must follow."] =
            Good with { Prompt = null, Messages = [new(MessageRole.User, "y"), new(MessageRole.Assistant, "z") { ToolCalls = [new("c", "t", "{}")] }] },
        ["Messages[0].Text is missing; it must hold what was said, be it nothing."] = Good with { Prompt = null, Messages = [new(MessageRole.User, null!)] },
        ["Messages[0].Reasoning is given in a message of role User; only the assistant thinks."] =
            Good with { Prompt = null, Messages = [new(MessageRole.User, "y") { Reasoning = "Hm." }] },
        ["Channel is 'a.b'; it must match [A-Za-z0-9_-]{1,64}."] = Good with { Channel = "a.b" },
        ["Channel is 'a\n'; it must match [A-Za-z0-9_-]{1,64}."] = Good with { Channel = "a\n" },
        [$"Channel is '{new string('c', 64)}…'; it must match [A-Za-z0-9_-]{{1,64}}."] = Good with { Channel = new string('c', 65) },
        ["Tenant is ''; it must match [A-Za-z0-9_.-]{1,64}."] = Good with { Tenant = "" },
        ["Metadata has 17 entries; at most 16 are allowed."] = Good with { Metadata = Enumerable.Range(0, 17).ToDictionary(n => $"k{n}", _ => "v") },
        ["Metadata has a key of 65 characters; 1 to 64 are allowed."] = Good with { Metadata = new Dictionary<string, string> { [new('k', 65)] = "v" } },
        ["Metadata['k'] has 513 characters; it must be text of at most 512."] = Good with { Metadata = new Dictionary<string, string> { ["k"] = new('v', 513) } },
        ["Metadata['k'] has 0 characters; it must be text of at most 512."] = Good with { Metadata = new Dictionary<string, string> { ["k"] = null! } },
        ["MaxSteps is 0; it must be between 1 and 100."] = Good with { MaxSteps = 0 },
        ["MaxSteps is 101; it must be between 1 and 100."] = Good with { MaxSteps = 101 },
        ["Fallbacks has 9 entries; at most 8 are allowed."] = Good with { Fallbacks = [.. Enumerable.Repeat("openai", 9)] },
        ["Fallbacks has an empty entry; each is a provider's name or provider/model."] = Good with { Fallbacks = ["openai", " "] },
        ["Model has 257 characters; at most 256 are allowed."] = Good with { Model = new('m', 257) },
        ["Model has a control character; it must be one line of text."] = Good with { Model = "a\0b" },
        ["Fallbacks has an entry with a control character; each is a provider's name or provider/model."] = Good with { Fallbacks = ["openai/a\0b"] },
        ["Fallbacks has an entry of 257 characters; at most 256 are allowed."] = Good with { Fallbacks = [new('f', 257)] },
        ["CallerTools has 129 entries; at most 128 are allowed."] = Good with { CallerTools = [.. Enumerable.Range(0, 129).Select(n => new CallerTool { Name = $"t{n}" })] },
        ["CallerTools[0] is null; it must be a tool."] = Good with { CallerTools = [null!] },
        ["CallerTools[1].Name is 'a.b'; it must match [A-Za-z0-9_-]{1,64}, which every provider takes."] = Good with { CallerTools = [new() { Name = "a" }, new() { Name = "a.b" }] },
        ["CallerTools[0].Name is ''; it must match [A-Za-z0-9_-]{1,64}, which every provider takes."] = Good with { CallerTools = [new() { Name = null! }] },
        ["CallerTools has 2 tools of the name 'a'; each needs a name of its own."] = Good with { CallerTools = [new() { Name = "a" }, new() { Name = "b" }, new() { Name = "a" }] },
        ["CallerTools[0].Parameters is a JSON Array; it must be a schema, an object."] = Good with { CallerTools = [new() { Name = "a", Parameters = JsonElement.Parse("[]") }] },
        ["Origin is a JSON String; it must be an object."] = Good with { Origin = JsonElement.Parse("\"x\"") },
        ["Origin has 16385 bytes as JSON; at most 16384 are allowed."] = Good with { Origin = Kept(16_385) },
        ["Origin is nested 49 levels deep; at most 48 are allowed."] = Good with { Origin = JsonElement.Parse(Nest(49)) },
        ["Messages[0].ToolCalls[0].Arguments is nested 100 levels deep; at most 48 are allowed."] = Good with { Prompt = null, Messages = [Calling(Nest(100)), new(MessageRole.User, "y")] },
        ["Messages[0].ToolCalls[0].Arguments holds half of a surrogate pair, which is no text."] = Good with { Prompt = null, Messages = [Calling("""{"\ud800":1}"""), new(MessageRole.User, "y")] },
        ["Messages[0].ToolCalls[0].Arguments is no JSON; it must be a JSON object, as text."] = Good with { Prompt = null, Messages = [Calling("{"), new(MessageRole.User, "y")] },
        ["Provider has a control character; it must be one line of text."] = Good with { Provider = "a\0b" },
        ["Options.Temperature is 2.1; it must be between 0 and 2."] = Good with { Options = new() { Temperature = 2.1 } },
    };

    private static string Nest(int levels) => string.Concat(Enumerable.Repeat("""{"a":""", levels)) + "1" + new string('}', levels);

    private static PromptMessage Calling(string arguments) => new(MessageRole.Assistant, "") { ToolCalls = [new("1", "a", arguments)] };

    private static JsonElement Kept(int bytes) => JsonElement.Parse($$"""{"x":"{{new string('x', bytes - 8)}}"}""");

    public static TheoryData<string> Messages => [.. Broken.Keys];

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_broken_rule_names_field_value_and_rule(string message) => Assert.Equal(message, RequestRules.Broken(Broken[message]));

    [Theory]
    [InlineData(MessageRole.System)]
    [InlineData(MessageRole.User)]
    [InlineData(MessageRole.Assistant)]
    public void A_message_may_say_nothing_and_be_the_last(MessageRole role) =>
        Assert.Null(RequestRules.Broken(Good with { Prompt = null, Messages = [new(MessageRole.User, "y"), new(role, "")] }));

    [Fact]
    public void A_request_at_every_limit_breaks_none() => Assert.Null(RequestRules.Broken(Good with
    {
        Channel = new string('c', 64),
        Tenant = "a.B-9_",
        Metadata = Enumerable.Range(0, 16).ToDictionary(n => n.ToString().PadLeft(64, 'k'), _ => new string('v', 512)),
        MaxSteps = 100,
        Fallbacks = [.. Enumerable.Repeat("hub/org/model", 8)],
        Model = new string('m', 256),
        Options = new() { Temperature = 2 },
        CallerTools = [.. Enumerable.Range(0, 128).Select(n => new CallerTool { Name = $"{n}".PadLeft(64, '_'), Parameters = JsonElement.Parse("{}") })],
        Origin = Kept(16_384),
    }));

    [Fact]
    public void A_callers_tool_whose_parameters_are_no_schema_is_refused_with_what_is_wrong() => Assert.StartsWith(
        "CallerTools[0].Parameters is no JSON schema: ",
        RequestRules.Broken(Good with { CallerTools = [new() { Name = "a", Parameters = JsonElement.Parse("""{"type":"thing"}""") }] }), StringComparison.Ordinal);

    [Fact]
    public void A_conversation_may_begin_with_any_role() => Assert.Null(RequestRules.Broken(Good with
    {
        Prompt = null,
        Messages = [new(MessageRole.Assistant, "Hello."), new(MessageRole.User, "\0 and everything else is text")],
    }));

    [Theory]
    [InlineData("mine", "mine")]
    [InlineData("not.mine", "default")]
    [InlineData(null, "default")]
    public void Events_go_to_the_channel_if_it_can_be_a_routing_key(string? channel, string expected) =>
        Assert.Equal(expected, RequestRules.ChannelOf(Good with { Channel = channel }));
}
