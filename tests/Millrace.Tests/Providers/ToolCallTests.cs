using System.Text.Json.Nodes;
using CsCheck;
using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Providers.Streaming;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;
using static Millrace.Tests.Providers.ToolFixture;

namespace Millrace.Tests.Providers;

/// <summary>Calls as they come in, in whatever pieces.</summary>
[Integration]
public sealed class ToolCallTests
{
    private const string Odd = """{"a":1.0,"b":1e3,"c":12345678901234567890,"d":"\u00e9\n\"\ud83c\udf3e 🌾\u2028","e":[null,true,{"":[]}],"f":-0.0}""";

    [Theory, EachWire]
    public async Task Arguments_in_the_smallest_pieces_are_the_same_JSON_with_numbers_as_written(Wire wire)
    {
        var calls = await CalledAsync(wire, 1, new ScriptedTool("find", Odd, "a"), new ScriptedTool("now", """{"x":"ü"}""", "b"), new ScriptedTool("find", """{"y":[1,2.50]}""", "c"));

        Assert.Equal(["find", "now", "find"], calls.Select(call => call.Name));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Odd), JsonNode.Parse(calls[0].Json())), calls[0].Json());
        Assert.All(new[] { "\"a\":1.0,", "\"b\":1e3,", "\"c\":12345678901234567890,", "\"f\":-0.0}" }, number => Assert.Contains(number, calls[0].Json(), StringComparison.Ordinal));
        Assert.Equal(["""{"x":"ü"}""", """{"y":[1,2.50]}"""], calls.Skip(1).Select(call => call.Json()));
    }

    [Theory, EachWire]
    public async Task Calls_with_the_same_id_or_none_stay_apart(Wire wire)
    {
        var same = await CalledAsync(wire, 3, new ScriptedTool("find", """{"n":1}"""), new ScriptedTool("find", """{"n":2}"""));
        var none = await CalledAsync(wire, 3, new ScriptedTool("find", """{"n":1}""", null), new ScriptedTool("now", null, null));

        Assert.Equal([("find", """{"n":1}"""), ("find", """{"n":2}""")], same.Select(call => (call.Name, call.Json())));
        Assert.Equal([("find", """{"n":1}"""), ("now", "{}")], none.Select(call => (call.Name, call.Json())));
        Assert.All(same.Concat(none), call => Assert.NotEmpty(call.CallId));
    }

    [Theory]
    [InlineData(Wire.OpenAI, null)]
    [InlineData(Wire.OpenAI, "")]
    [InlineData(Wire.OpenAI, " {} ")]
    [InlineData(Wire.Anthropic, null)]
    [InlineData(Wire.Anthropic, "{}")]
    [InlineData(Wire.Ollama, null)]
    [InlineData(Wire.Ollama, "null")]
    [InlineData(Wire.Ollama, "{}")]
    public async Task No_arguments_are_an_empty_object(Wire wire, string? arguments) =>
        Assert.Equal("{}", Assert.Single(await CalledAsync(wire, 1, new ScriptedTool("now", arguments))).Json());

    [Theory]
    [InlineData(Wire.OpenAI, "[]")]
    [InlineData(Wire.OpenAI, "\"x\"")]
    [InlineData(Wire.OpenAI, "null")]
    [InlineData(Wire.OpenAI, "12")]
    [InlineData(Wire.Anthropic, "[]")]
    [InlineData(Wire.Anthropic, "\"x\"")]
    [InlineData(Wire.Anthropic, "null")]
    [InlineData(Wire.Anthropic, "12")]
    public async Task JSON_that_is_no_object_is_kept_for_the_model_to_be_told_of_it(Wire wire, string arguments) =>
        Assert.Equal($$"""{"not_an_object":{{arguments}}}""", Assert.Single(await CalledAsync(wire, 2, new ScriptedTool("now", arguments))).Json());

    [Theory]
    [InlineData(Wire.OpenAI, "{\"a\":")]
    [InlineData(Wire.OpenAI, "{}}")]
    [InlineData(Wire.OpenAI, "{a:1}")]
    [InlineData(Wire.Anthropic, "{\"a\":")]
    [InlineData(Wire.Anthropic, "{}{}")]
    [InlineData(Wire.Ollama, "[]")]
    [InlineData(Wire.Ollama, "{a:1}")]
    public async Task What_is_no_JSON_and_on_Ollama_no_object_is_asked_for_again(Wire wire, string arguments)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        server.Respond(call => call.ToolCalls(2, new ScriptedTool("now", arguments)).Finish("tool_calls"));
        using var provider = server.Provider(wire);

        var (calls, failure) = await provider.TryAsync();

        Assert.Empty(calls);
        Assert.True(failure is { Retryable: true, Reason: FailureReason.IncompleteStream or FailureReason.ProviderError }, failure?.Message);
    }

    [Theory, EachWire]
    public async Task What_a_filter_or_a_limit_stopped_is_not_called(Wire wire)
    {
        foreach (var (finish, reason) in new[] { ("content_filter", FailureReason.ContentFiltered), ("length", FailureReason.OutputLimitExceeded) })
        {
            if (wire is Wire.Ollama && finish == "content_filter") continue; // it has no filter
            await using var server = await ScriptedProvider.StartAsync(wire);
            server.Respond(call => call.Text("Let me see.").ToolCalls(5, new ScriptedTool("now", "{}")).Finish(finish));
            using var provider = server.Provider(wire);

            var (calls, failure) = await provider.TryAsync();

            Assert.Empty(calls);
            Assert.Equal((reason, false), (failure?.Reason, failure?.Retryable));
        }
    }

    [Theory, EachWire]
    public async Task A_call_counts_whether_its_end_is_called_stop_or_tool_calls(Wire wire)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        server.Respond(call => call.Text("Let me see. ").ToolCalls(5, new ScriptedTool("now", "{}")).Finish(call.Number == 1 ? "stop" : "tool_calls"));
        using var provider = server.Provider(wire);

        foreach (var _ in Enumerable.Range(0, 2))
        {
            var updates = await provider.Ask(null, tools: Now).ReadAsync();
            Assert.Single(updates.Calls());
            Assert.Equal("Let me see. ", updates.Text());
        }
    }

    [Theory]
    [InlineData(""" [{"index":0,"id":"a","function":{"name":"find","arguments":"{\"n\":1}"}}] ; [{"index":0,"id":"b","function":{"name":"find","arguments":"{\"n\":2}"}}] """, 2)]
    [InlineData(""" [{"id":"a","function":{"name":"find","arguments":"{\"n\":1}"}},{"id":"b","function":{"name":"find","arguments":"{\"n\":2}"}}] """, 2)]
    [InlineData(""" [{"index":0,"function":{"name":"find","arguments":"{\"n\":1}"}}] ; [{"index":0,"function":{"name":"find","arguments":"{\"n\":2}"}}] """, 2)]
    [InlineData(""" [{"index":0,"id":"a","function":{"name":"find","arguments":"{\"n\""}}] ; [{"index":0,"id":"a","function":{"name":"find","arguments":":1}"}}] """, 1)]
    [InlineData(""" [{"index":0,"id":"a","function":{"name":"find","arguments":"{\"n\":1}"}}] ; [{"index":0,"id":"a","function":{"name":"find","arguments":""}}] """, 1)]
    [InlineData(""" [{"index":0,"id":"a","function":{"name":"find","arguments":null}}] ; [{"index":0,"id":"","function":{"name":null,"arguments":"{\"n\":1}"}}] """, 1)]
    public async Task Servers_that_number_or_repeat_in_their_own_way_are_understood(string frames, int expected)
    {
        await using var server = await ScriptedProvider.StartAsync(Wire.OpenAI);
        server.Respond(call =>
        {
            foreach (var frame in frames.Split(" ; "))
                call.Raw(OpenAIFrame(frame.Trim()));
            call.Finish("tool_calls");
        });
        using var provider = server.Provider(Wire.OpenAI);

        var calls = (await provider.Ask(null, tools: Find).ReadAsync()).Calls();

        Assert.Equal(Enumerable.Range(1, expected).Select(n => ("find", $$"""{"n":{{n}}}""")), calls.Select(call => (call.Name, call.Json())));
    }

    [Fact]
    public async Task A_call_that_a_server_sends_once_more_is_not_made_twice()
    {
        await using var server = await ScriptedProvider.StartAsync(Wire.OpenAI);
        const string Frame = "[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"find\",\"arguments\":\"{}\"}}]";
        server.Respond(call => call.Raw(OpenAIFrame(Frame)).Raw(OpenAIFrame(Frame)).Finish("tool_calls"));
        using var provider = server.Provider(Wire.OpenAI);

        var (calls, failure) = await provider.TryAsync();

        Assert.Empty(calls);
        Assert.Equal(FailureReason.IncompleteStream, failure?.Reason);
    }

    [Fact]
    public void Calls_are_the_same_however_their_pieces_come() => Gen.Select(
        Gen.Int[0, 3].Array[1, 4], Gen.Int[1, 7], Gen.Int).Sample((kinds, most, seed) =>
        {
            string[] arguments = [.. kinds.Select(kind => new[] { "{}", Odd, """{"a":[{"b":"}{"}]}""", " {\"n\": 1 } " }[kind])];
            var random = new Random(seed);
            var assembly = new ToolCallAssembly();
            var left = arguments.ToArray();
            for (var i = 0; i < left.Length; i++) assembly.Add(new(i, random.Next(2) == 0 ? "same" : null, "find", ""));
            while (left.Any(rest => rest.Length > 0))
            {
                var i = random.Next(left.Length);
                var length = Math.Min(left[i].Length, random.Next(1, most + 1));
                assembly.Add(new(i, null, null, left[i][..length]));
                left[i] = left[i][length..];
            }

            var calls = assembly.Whole()!.Cast<FunctionCallContent>().ToList();
            Assert.Equal(arguments.Length, calls.Count);
            foreach (var (wanted, call) in arguments.Zip(calls)) Assert.True(JsonNode.DeepEquals(JsonNode.Parse(wanted), JsonNode.Parse(call.Json())));
        });

    private static string OpenAIFrame(string calls) =>
        $$$"""data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"tool_calls":{{{calls}}} }}]}""" + "\n\n";

    private static async Task<IReadOnlyList<FunctionCallContent>> CalledAsync(Wire wire, int fragment, params ScriptedTool[] tools)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        server.Respond(call => call.ToolCalls(fragment, tools).Finish("tool_calls"));
        using var provider = server.Provider(wire);
        return (await provider.Ask(null, tools: [Find, Now]).ReadAsync()).Calls();
    }
}
