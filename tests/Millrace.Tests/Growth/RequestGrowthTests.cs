using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Millrace.Contracts;
using Millrace.Dialects.BatchFiles;
using Millrace.Dialects.Errors;
using Millrace.Dialects.OpenAI;
using Millrace.Engine.Requests;
using Millrace.Engine.Sessions;
using Millrace.Gateway.OpenAI.Responses;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;

namespace Millrace.Tests.Growth;

/// <summary>Every list that a request can carry, read and checked: twice as much of it is twice the work.</summary>
public sealed class RequestGrowthTests
{
    private static readonly JsonElement Empty = JsonElement.Parse("{}");

    public static TheoryData<string> Chats => [.. ChatLists.Keys];

    public static TheoryData<string> Responses => [.. ResponseLists.Keys];

    public static TheoryData<string> Requests => [.. RequestLists.Keys];

    private static readonly Dictionary<string, Func<int, JsonNode>> ChatLists = new(StringComparer.Ordinal)
    {
        ["results"] = i => new JsonObject { ["role"] = "tool", ["tool_call_id"] = $"c{i}", ["content"] = "" },
        ["questions"] = i => new JsonObject { ["role"] = "user", ["content"] = "a" },
        ["parts"] = i => new JsonObject { ["role"] = "user", ["content"] = new JsonArray(Part("text", "a"), Part("text", "b")) },
        ["calls"] = i => new JsonObject
        {
            ["role"] = "assistant",
            ["tool_calls"] = new JsonArray(new JsonObject { ["id"] = $"c{i}", ["type"] = "function", ["function"] = new JsonObject { ["name"] = "f", ["arguments"] = "{}" } }),
        },
    };

    private static readonly Dictionary<string, Func<int, JsonNode>> ResponseLists = new(StringComparer.Ordinal)
    {
        ["calls"] = i => new JsonObject { ["type"] = "function_call", ["call_id"] = $"c{i}", ["name"] = "f", ["arguments"] = "{}" },
        ["results"] = i => new JsonObject { ["type"] = "function_call_output", ["call_id"] = $"c{i}", ["output"] = "x" },
        ["messages"] = i => new JsonObject { ["role"] = i % 2 == 0 ? "user" : "assistant", ["content"] = "a" },
        ["calls and results"] = i => i % 2 == 0
            ? new JsonObject { ["type"] = "function_call", ["call_id"] = $"c{i}", ["name"] = "f" }
            : new JsonObject { ["type"] = "function_call_output", ["call_id"] = $"c{i - 1}", ["output"] = "x" },
    };

    private static readonly Dictionary<string, Func<int, GenerateRequested>> RequestLists = new(StringComparer.Ordinal)
    {
        ["messages"] = n => Request() with { Messages = [.. Enumerable.Range(0, n).Select(_ => new PromptMessage(MessageRole.User, "a"))] },
        ["broken messages"] = n => Request() with { Messages = [.. Enumerable.Range(0, n).Select(_ => new PromptMessage(MessageRole.User, ""))] },
        ["calls"] = n => Request() with { Messages = [Called(n), new(MessageRole.User, "a")] },
        ["results"] = n => Request() with { Messages = [new(MessageRole.Tool, "") { ToolResults = [.. Numbers(n, i => new ToolResult($"c{i}", "x"))] }] },
        ["caller tools"] = n => Request() with { Prompt = "a", CallerTools = [.. Numbers(n, i => new CallerTool { Name = $"t{i}" })] },
        ["metadata"] = n => Request() with { Prompt = "a", Metadata = Numbers(n, i => $"k{i}").ToDictionary(key => key, key => key) },
        ["stops"] = n => Request() with { Prompt = "a", Options = new() { Stop = [.. Numbers(n, i => $"s{i}")] } },
        ["fallbacks"] = n => Request() with { Prompt = "a", Fallbacks = [.. Numbers(n, i => $"p/{i}")] },
        ["attachments"] = n => Request() with { Messages = [new(MessageRole.User, "a") { Attachments = [.. Numbers(n, i => new Attachment { ContentId = Guid.NewGuid() })] }] },
        ["media types"] = n => Request() with { Messages = [new(MessageRole.User, "a") { Attachments = [new() { Url = "https://x.org", MediaType = string.Join(';', Numbers(n, i => "a=b")) }] }] },
    };

    [Theory, MemberData(nameof(Chats))]
    public void A_chat(string list) => LinearWork.AssertLinear(n =>
    {
        var json = new JsonObject { ["model"] = "m", ["messages"] = new JsonArray([.. Numbers(n, i => ChatLists[list](i))]) }.ToJsonString();
        return () => ChatMapping.ToRequest(JsonSerializer.Deserialize<ChatRequest>(json, OpenAIJson.Options)!, Guid.NewGuid());
    }, 2_000);

    [Theory, MemberData(nameof(Responses))]
    public void A_response(string list) => LinearWork.AssertLinear(n =>
    {
        var json = new JsonObject { ["model"] = "m", ["input"] = new JsonArray([.. Numbers(n, i => ResponseLists[list](i))]) }.ToJsonString();
        return () => ResponseInput.Read(JsonSerializer.Deserialize<ResponseRequest>(json, OpenAIJson.Options)!.Input);
    }, 2_000);

    [Fact]
    public void Tools_of_a_caller() => LinearWork.AssertLinear(n =>
    {
        var tools = JsonElement.Parse(new JsonArray([.. Numbers(n, i => Tool($"t{i}"))]).ToJsonString());
        return () => ShownTools.Of(FunctionTools.Read([.. tools.EnumerateArray()]), new ToolNames(custom: null, groups: null)).ToJsonString();
    }, 1_000);

    [Theory, MemberData(nameof(Requests))]
    public void A_request(string list) => LinearWork.AssertLinear(n =>
    {
        var json = JsonSerializer.Serialize(RequestLists[list](n), ContractsJson.Options);
        return () =>
        {
            var request = JsonSerializer.Deserialize<GenerateRequested>(json, ContractsJson.Options)!;
            IncomingRequest.From(request, null);
            RequestRules.Broken(request);
        };
    }, 2_000);

    [Theory, MemberData(nameof(Requests))]
    public void A_sessions_request(string list) => LinearWork.AssertLinear(n =>
    {
        var made = RequestLists[list](n);
        var json = JsonSerializer.Serialize(new SessionRequested
        {
            RequestId = Guid.NewGuid(),
            SessionId = Guid.NewGuid(),
            Operation = SessionOperation.Append,
            Options = made.Options,
            Metadata = made.Metadata,
            Messages = [.. (made.Messages ?? []).Select(RequestMessages.Of)],
        }, ContractsJson.Options);
        return () => SessionRules.Broken(JsonSerializer.Deserialize<SessionRequested>(json, ContractsJson.Options)!, null, int.MaxValue);
    }, 2_000);

    [Theory, MemberData(nameof(Chats))]
    public void A_line_of_a_batch(string list) => LinearWork.AssertLinear(n =>
    {
        var body = new JsonObject { ["model"] = "m", ["messages"] = new JsonArray([.. Numbers(n, i => ChatLists[list](i))]) };
        var line = Encoding.UTF8.GetBytes(new JsonObject { ["custom_id"] = "a", ["method"] = "POST", ["url"] = BatchLineReader.ChatEndpoint, ["body"] = body }.ToJsonString());
        var batch = new Batch { Tenant = "t", State = "s", Channel = "c", Defaults = "{}" };
        return () => BatchLineReader.Read(line, batch, new(), Guid.NewGuid());
    }, 2_000);

    [Fact]
    public void Fields_that_come_again_and_again() => LinearWork.AssertLinear(n =>
    {
        var json = $$"""{"model":"m",{{string.Concat(Numbers(n, _ => "\"user\":\"a\","))}}"messages":[{"role":"user","content":{{Repeated(n)}}}]}""";
        return () =>
        {
            var chat = JsonSerializer.Deserialize<ChatRequest>(json, OpenAIJson.Options)!;
            Assert.ThrowsAny<Exception>(() => ChatMapping.ToRequest(chat, Guid.NewGuid()));
        };
    }, 1_000);

    [Fact]
    public void A_responses_input_as_a_list_of_items() => LinearWork.AssertLinear(n =>
    {
        var request = Request() with { Messages = [.. Numbers(n, i => new PromptMessage(MessageRole.Tool, "") { ToolResults = [new($"c{i}", "x")] })] };
        var response = new StoredResponse(Run, request, new());
        return () => InputItems.List(response, 100, "asc", null);
    }, 1_000);

    private static GenerationSnapshot Run { get; } = new()
    {
        Id = Guid.NewGuid(),
        RequestHash = [],
        State = GenerationState.Completed,
        Provider = "p",
        Model = "m",
        Channel = "c",
        Lane = "l",
        Attempt = 1,
        ReceivedAt = default,
        LastSequence = 1,
    };

    private static string Repeated(int n) => $$"""[{ {{string.Concat(Numbers(n, _ => "\"text\":\"a\","))}} "type":"no" }]""";

    private static PromptMessage Called(int n) => new(MessageRole.Assistant, "") { ToolCalls = [.. Numbers(n, i => new ToolCall($"c{i}", "f", "{}"))] };

    private static JsonObject Part(string type, string text) => new() { ["type"] = type, ["text"] = text };

    private static JsonObject Tool(string name) =>
        new() { ["type"] = "function", ["function"] = new JsonObject { ["name"] = name, ["parameters"] = new JsonObject { ["type"] = "object" } } };

    private static GenerateRequested Request() => new() { GenerationId = Guid.NewGuid(), Origin = Empty };

    private static IEnumerable<T> Numbers<T>(int n, Func<int, T> make) => Enumerable.Range(0, n).Select(make);
}
