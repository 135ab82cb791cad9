namespace Millrace.Contracts;

/// <summary>
/// What a model can do at a provider. It is the table that the workers go by themselves: what is false here is refused with
/// <see cref="FailureReason.UnsupportedFeature"/> before the provider is called, apart from JSON, which is then asked for in words. What is absent nobody
/// knows: it is passed on, and the provider says.
/// </summary>
public sealed record ModelCapabilities
{
    /// <summary>The provider's configured name.</summary>
    public required string Provider { get; init; }

    /// <summary>The model. Absent when none was asked for and the provider has no default: then the entry is for any model that nothing is known of.</summary>
    public string? Model { get; init; }

    /// <summary>False when the model is in neither the table nor the settings, so that defaults stand in.</summary>
    public required bool Known { get; init; }

    /// <summary>Whether the answer comes piece by piece. True for all providers.</summary>
    public required bool Streaming { get; init; }

    /// <summary>Whether it calls tools.</summary>
    public bool? Tools { get; init; }

    /// <summary>Whether it looks at pictures.</summary>
    public bool? Vision { get; init; }

    /// <summary>Whether the provider fetches a picture from its <see cref="Attachment.Url"/>; absent where <see cref="Vision"/> is.</summary>
    public bool? ImageUrls { get; init; }

    /// <summary>Whether the provider holds an answer to JSON. False: it is asked for in words; the workers check the answer in any case.</summary>
    public bool? JsonMode { get; init; }

    /// <summary>Whether the provider holds an answer to a JSON schema. False: it is asked for in words; the workers check the answer in any case.</summary>
    public bool? JsonSchema { get; init; }

    /// <summary>Input and output together, in tokens. A default where <see cref="Known"/> is false.</summary>
    public required int ContextTokens { get; init; }

    /// <summary>The longest answer, in tokens. Absent where it is not known.</summary>
    public int? MaxOutputTokens { get; init; }
}
