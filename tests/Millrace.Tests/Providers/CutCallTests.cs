using System.Text;
using Millrace.Contracts;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Providers;

/// <summary>No call is made that was not complete, wherever its stream is cut.</summary>
[Integration]
public sealed class CutCallTests
{
    private const string Arguments = """{"a":{"b":"é}"}}""";

    [Theory, EachWire]
    public async Task A_stream_that_ends_at_any_byte_hands_over_no_call_unless_all_was_said(Wire wire)
    {
        var (content, end) = Stream(wire);
        await AssertEachCutAsync(wire, content, end, call => call);
    }

    [Theory, EachWire]
    public async Task A_connection_that_breaks_at_any_byte_hands_over_no_call_unless_all_was_said(Wire wire)
    {
        var (content, end) = Stream(wire);
        await AssertEachCutAsync(wire, content, end, call => call.Cut());
    }

    [Theory]
    [InlineData(Wire.OpenAI, "length")]
    [InlineData(Wire.OpenAI, "tool_calls")]
    [InlineData(Wire.OpenAI, "stop")]
    [InlineData(Wire.Anthropic, "length")]
    [InlineData(Wire.Anthropic, "tool_calls")]
    public async Task Arguments_that_stop_at_any_character_before_a_proper_end_are_no_call(Wire wire, string finish)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        server.Respond(call => call.ToolCalls(4, new ScriptedTool("now", "{}"), new ScriptedTool("find", Arguments[..call.Number])).Finish(finish));
        using var provider = server.Provider(wire);

        for (var length = 1; length < Arguments.Length; length++)
        {
            var (calls, failure) = await provider.TryAsync();
            Assert.Empty(calls);
            Assert.Equal(finish == "length" ? FailureReason.OutputLimitExceeded : FailureReason.IncompleteStream, failure?.Reason);
        }
        Assert.Equal(finish == "length" ? 0 : 2, (await provider.TryAsync()).Calls.Count);
    }

    /// <summary>A stream with text and two calls, and its end apart.</summary>
    private static (byte[] Content, byte[] End) Stream(Wire wire)
    {
        var format = ScriptedProvider.NewFormat(wire);
        var usage = new ScriptedUsage(3, 2);
        var content = format.Begin(usage) + format.Text("Hm.") + format.ToolCalls([new("find", Arguments, "a"), new("now", "{}", "b")], 9);
        return (Encoding.UTF8.GetBytes(content), Encoding.UTF8.GetBytes(format.Finish("tool_calls", usage)));
    }

    private static async Task AssertEachCutAsync(Wire wire, byte[] content, byte[] end, Func<ScriptedCall, ScriptedCall> then)
    {
        var whole = content.Concat(end).ToArray();
        await using var server = await ScriptedProvider.StartAsync(wire);
        server.Respond(call => then(call.RawBytes(whole[..CutOf(call)])));
        using var provider = server.Provider(wire, options => (options.MaxConnections, options.Circuit.MinimumThroughput) = (16, int.MaxValue));
        await Parallel.ForAsync(0, whole.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (cut, _) =>
        {
            var calls = new List<string>();
            var failed = false;
            try
            {
                var stream = provider.Stream(null, $"cut-{cut}", ProviderFixture.Messages, TestContext.Current.CancellationToken);
                await foreach (var update in stream) calls.AddRange(new[] { update }.Calls().Select(call => call.Json()));
            }
            catch (Millrace.Providers.Failures.ProviderException failure)
            {
                failed = true;
                Assert.True(failure.Retryable, $"{cut}: {failure.Message}");
            }

            Assert.Equal(calls.Count == 0, failed);
            Assert.True(cut > content.Length || failed, $"called at byte {cut} of {whole.Length}, before the end had begun");
            if (!failed) Assert.Equal([Arguments, "{}"], calls);
        });
    }

    private static int CutOf(ScriptedCall call) => int.Parse(call.Body.GetProperty("model").GetString()!["cut-".Length..]);
}
