using System.Text.Json;
using System.Text.RegularExpressions;

namespace Millrace.Tests.ScriptedProviders;

/// <summary>What each provider refuses in a conversation with tool calls. The rules are the providers' own; a request that breaks one gets a 400.</summary>
internal static partial class WireRules
{
    public static void AssertValid(Wire wire, ScriptedCall call)
    {
        var messages = call.Body.GetProperty("messages").EnumerateArray().ToList();
        Assert.NotEmpty(messages);
        if (wire is Wire.OpenAI) OpenAI(messages);
        else if (wire is Wire.Anthropic) Anthropic(messages, call.Body);
        else Ollama(messages);
    }

    private static void OpenAI(List<JsonElement> messages)
    {
        var ids = new HashSet<string>();
        for (var at = 0; at < messages.Count; at++)
        {
            var role = Role(messages[at]);
            Assert.True(role is "user" or "assistant" || (role == "system" && at == 0), $"{role} at {at}");
            if (role != "assistant") Assert.True(HasText(messages[at]));
            if (!messages[at].TryGetProperty("tool_calls", out var calls))
            {
                Assert.True(HasText(messages[at]));
                continue;
            }
            foreach (var one in calls.EnumerateArray())
            {
                var id = one.GetProperty("id").GetString()!;
                Assert.True(id.Length <= 40 && ids.Add(id), id);
                Assert.Equal("function", one.GetProperty("type").GetString());
                Assert.Matches(Name(), one.GetProperty("function").GetProperty("name").GetString());
                Assert.Equal(JsonValueKind.Object, JsonElement.Parse(one.GetProperty("function").GetProperty("arguments").GetString()!).ValueKind);
                Assert.Equal(("tool", id), (Role(messages[++at]), messages[at].GetProperty("tool_call_id").GetString()));
                Assert.Equal(JsonValueKind.String, messages[at].GetProperty("content").ValueKind);
            }
        }
    }

    private static void Anthropic(List<JsonElement> messages, JsonElement body)
    {
        var ids = new HashSet<string>();
        var open = new List<string>();
        for (var at = 0; at < messages.Count; at++)
        {
            var blocks = messages[at].GetProperty("content").EnumerateArray().ToList();
            Assert.NotEmpty(blocks);
            Assert.All(blocks.Where(block => Type(block) == "text"), block => Assert.False(string.IsNullOrWhiteSpace(block.GetProperty("text").GetString())));
            if (Role(messages[at]) == "user")
            {
                Assert.Equal(open, blocks.TakeWhile(block => Type(block) == "tool_result").Select(block => block.GetProperty("tool_use_id").GetString()!));
                Assert.DoesNotContain(blocks.Skip(open.Count), block => Type(block) == "tool_result");
                Assert.All(blocks.Take(open.Count), block => Assert.Equal(JsonValueKind.String, block.GetProperty("content").ValueKind));
                open.Clear();
                continue;
            }
            Assert.Equal("assistant", Role(messages[at]));
            Assert.Empty(open);
            Assert.True(at > 0 || Role(messages[at]) == "user", "the user begins");
            var order = blocks.Select(block => Type(block) switch { "tool_use" => 2, "text" => 1, _ => 0 }).ToList();
            Assert.Equal(order.Order(), order);
            foreach (var use in blocks.Where(block => Type(block) == "tool_use"))
            {
                open.Add(use.GetProperty("id").GetString()!);
                Assert.Matches(Id(), open[^1]);
                Assert.True(ids.Add(open[^1]), open[^1]);
                Assert.Matches(Name(), use.GetProperty("name").GetString());
                Assert.Equal(JsonValueKind.Object, use.GetProperty("input").ValueKind);
            }
        }
        Assert.Empty(open);
        Assert.True(ids.Count == 0 || body.GetProperty("tools").GetArrayLength() > 0, "calls need tools");
    }

    private static void Ollama(List<JsonElement> messages)
    {
        for (var at = 0; at < messages.Count; at++)
        {
            var role = Role(messages[at]);
            Assert.True(role is "user" or "assistant" || (role == "system" && at == 0), $"{role} at {at}");
            Assert.Equal(JsonValueKind.String, messages[at].GetProperty("content").ValueKind);
            if (!messages[at].TryGetProperty("tool_calls", out var calls)) continue;
            foreach (var one in calls.EnumerateArray())
            {
                var name = one.GetProperty("function").GetProperty("name").GetString();
                Assert.Equal(JsonValueKind.Object, one.GetProperty("function").GetProperty("arguments").ValueKind);
                Assert.Equal(("tool", name), (Role(messages[++at]), messages[at].GetProperty("tool_name").GetString()));
                Assert.Equal(JsonValueKind.String, messages[at].GetProperty("content").ValueKind);
            }
        }
    }

    private static string Role(JsonElement message) => message.GetProperty("role").GetString()!;

    private static string Type(JsonElement block) => block.GetProperty("type").GetString()!;

    private static bool HasText(JsonElement message) =>
        message.TryGetProperty("content", out var content) && content.ValueKind is JsonValueKind.String or JsonValueKind.Array;

    [GeneratedRegex(@"^[a-zA-Z0-9_-]{1,64}\z", RegexOptions.None, 1000)]
    private static partial Regex Name();

    [GeneratedRegex(@"^[a-zA-Z0-9_-]+\z", RegexOptions.None, 1000)]
    private static partial Regex Id();
}
