using System.Text.Json;
using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Providers.Adapters;
using Millrace.Providers.Failures;
using Millrace.Providers.Registry;

namespace Millrace.Tests.Providers;

/// <summary>Calls of a provider with tools.</summary>
internal static class ToolFixture
{
    /// <summary>A schema with what adapters like to rewrite: members that are not required, open objects, references, keywords of newer drafts.</summary>
    public const string Schema = """
        {"$defs":{"p":{"type":"object","properties":{"x":{"type":"number"}}}},"type":"object","description":"d","properties":{"city":{"type":"string","pattern":"^é\"?$"},
         "at":{"$ref":"#/$defs/p"},"any":true,"more":{"oneOf":[{"type":"string"},{"type":["integer","null"]}]}},"required":["city"],"additionalProperties":{"type":"string"}}
        """;

    public static AIFunctionDeclaration Find { get; } = AIFunctionFactory.CreateDeclaration("find", "Finds \"it\". 🌾", JsonElement.Parse(Schema));

    public static AIFunctionDeclaration Now { get; } = AIFunctionFactory.CreateDeclaration("now", null, JsonElement.Parse("""{"type":"object","properties":{}}"""));

    /// <summary>A tool whose caller says whether it is strict.</summary>
    public static AIFunctionDeclaration Own(bool strict) => AIFunctionFactory.Create(
        (string what) => what, new AIFunctionFactoryOptions { Name = "own", AdditionalProperties = new Dictionary<string, object?> { ["strict"] = strict } });

    public static ThrowingStream Ask(
        this Provider provider, string? choice, bool mayInsist = true, IReadOnlyList<ChatMessage>? messages = null, GenerationOptions? options = null,
        params AIFunctionDeclaration[] tools) => new(provider.Stream(
            (options ?? new()) with { ToolChoice = choice }, "test-model", messages ?? ProviderFixture.Messages, new ToolChoices(tools, mayInsist), TestContext.Current.CancellationToken));

    public static IReadOnlyList<FunctionCallContent> Calls(this IEnumerable<ChatResponseUpdate> updates) =>
        [.. updates.SelectMany(update => update.Contents).OfType<FunctionCallContent>()];

    /// <summary>What a call comes to in the fleet: its arguments as JSON text.</summary>
    public static string Json(this FunctionCallContent call) => JsonSerializer.Serialize(call.Arguments, ScriptedProviders.Json.Unescaped);

    /// <summary>The calls of an answer, or its failure.</summary>
    public static async Task<(IReadOnlyList<FunctionCallContent> Calls, ProviderException? Failure)> TryAsync(this Provider provider)
    {
        var updates = new List<ChatResponseUpdate>();
        try
        {
            await foreach (var update in provider.Ask(null, tools: [Find, Now])) updates.Add(update);
            return (updates.Calls(), null);
        }
        catch (ProviderException failure)
        {
            return (updates.Calls(), failure);
        }
    }
}
