using System.Text.Json;
using System.Text.Json.Nodes;
using Anthropic.Models.Messages;
using Microsoft.Extensions.AI;
using Millrace.Providers.Adapters;

namespace Millrace.Providers.Anthropic;

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
        body["tools"] = JsonSerializer.SerializeToElement(offer.Tools.Select(Tool));
        var oneByOne = offer.Parallel is false && choice != "none";
        if (choice == "auto" && !oneByOne) return; // the default
        var chosen = choice switch
        {
            "auto" or "none" => new JsonObject { ["type"] = choice },
            "required" => new JsonObject { ["type"] = "any" },
            _ => new JsonObject { ["type"] = "tool", ["name"] = choice },
        };
        if (oneByOne) chosen["disable_parallel_tool_use"] = true;
        body["tool_choice"] = JsonSerializer.SerializeToElement(chosen);
    }

    private static Dictionary<string, object> Tool(AIFunctionDeclaration tool)
    {
        var told = new Dictionary<string, object>
        {
            ["name"] = tool.Name,
            ["description"] = tool.Description,
            ["input_schema"] = tool.JsonSchema,
        };
        if (ToolOffer.StrictOf(tool) is true) told["strict"] = true;
        return told;
    }

    public static MessageCreateParams Request(Dictionary<string, JsonElement> body) =>
        MessageCreateParams.FromRawUnchecked(NoHeaders(), NoQuery(), body);

    private static Dictionary<string, JsonElement> NoHeaders() => [];

    private static Dictionary<string, JsonElement> NoQuery() => [];
}
