using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Millrace.Client.Chat;

/// <summary>The same for what is only declared: whoever asks deals with the calls.</summary>
internal sealed class CallerDeclaration(AIFunctionDeclaration inner) : AIFunctionDeclaration
{
    public override string Name => inner.Name;

    public override string Description => inner.Description;

    public override JsonElement JsonSchema => inner.JsonSchema;

    public override JsonElement? ReturnJsonSchema => inner.ReturnJsonSchema;

    public override IReadOnlyDictionary<string, object?> AdditionalProperties => inner.AdditionalProperties;
}
