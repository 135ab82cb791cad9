using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Dialects.OpenAI;

/// <summary>What a response has to say about its request and the fleet has no place for. It is kept as the generation's <see cref="GenerateRequested.Origin"/>.</summary>
public sealed record ResponseOrigin
{
    public const string Face = "openai.responses";

    /// <summary>Which face made the generation.</summary>
    public string? MadeBy { get; init; }

    /// <summary>As the caller named it.</summary>
    public string? Model { get; init; }

    public bool Background { get; init; }
    public bool Store { get; init; } = true;
    public string? PreviousResponseId { get; init; }
    public string? Truncation { get; init; }
    public string? User { get; init; }
    public string? ReasoningSummary { get; init; }

    /// <summary>The thoughts are wanted in a form that can be sent back.</summary>
    public bool SealsReasoning { get; init; }

    /// <summary>The tools that take text, by the fleet's names.</summary>
    public IReadOnlyList<string>? CustomTools { get; init; }

    /// <summary>The namespaces and the names of the tools in each.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? ToolGroups { get; init; }

    /// <summary>The name of its JSON schema.</summary>
    public string? FormatName { get; init; }

    /// <summary>How many of the messages came from the responses before.</summary>
    public int Earlier { get; init; }

    public ToolNames ToolNames() => new(CustomTools, ToolGroups);

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, ContractsJson.Options);

    /// <summary>Null for a generation that is no response.</summary>
    public static ResponseOrigin? Of(GenerateRequested request)
    {
        if (request.Origin is not { ValueKind: JsonValueKind.Object } origin) return null;
        return origin.TryGetProperty("madeBy", out var face) && face.ValueKind == JsonValueKind.String && face.GetString() == Face
            ? origin.Deserialize<ResponseOrigin>(ContractsJson.Options) : null;
    }
}
