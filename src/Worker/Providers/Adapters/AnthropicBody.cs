using System.Text.Json;
using Anthropic.Models.Messages;

namespace Millrace.Worker.Providers;

/// <summary>The parts of Anthropic's request that go in raw.</summary>
internal static class AnthropicBody
{
    /// <summary>What the SDK requires of a request that is begun for it.</summary>
    public static Dictionary<string, JsonElement> Begin(string model, int maxTokens) => new()
    {
        ["model"] = JsonSerializer.SerializeToElement(model),
        ["max_tokens"] = JsonSerializer.SerializeToElement(maxTokens),
        ["messages"] = JsonElement.Parse("[]"),
    };

    public static void AddTools(Dictionary<string, JsonElement> body, ToolOffer offer, string choice)
    {
        body["tools"] = JsonSerializer.SerializeToElement(offer.Tools.Select(tool => new Dictionary<string, object>
        {
            ["name"] = tool.Name,
            ["description"] = tool.Description,
            ["input_schema"] = tool.JsonSchema,
        }));
        if (choice == "auto") return; // the default
        body["tool_choice"] = choice switch
        {
            "none" => JsonElement.Parse("""{"type":"none"}"""),
            "required" => JsonElement.Parse("""{"type":"any"}"""),
            _ => JsonSerializer.SerializeToElement(new { type = "tool", name = choice }),
        };
    }

    public static MessageCreateParams Request(Dictionary<string, JsonElement> body) =>
        MessageCreateParams.FromRawUnchecked(new Dictionary<string, JsonElement>(), new Dictionary<string, JsonElement>(), body);
}
