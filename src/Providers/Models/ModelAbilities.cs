namespace Millrace.Providers.Models;

/// <summary>What a model can do beside text. Null: nobody knows, so it is tried, and the provider says.</summary>
public sealed record ModelAbilities
{
    public static ModelAbilities Unknown { get; } = new();

    /// <summary>It looks at pictures.</summary>
    public bool? Vision { get; init; }

    /// <summary>Its provider fetches a picture from an address.</summary>
    public bool? ImageUrls { get; init; }

    /// <summary>It calls tools.</summary>
    public bool? Tools { get; init; }

    /// <summary>Its provider holds an answer to JSON.</summary>
    public bool? JsonMode { get; init; }

    /// <summary>Its provider holds an answer to a JSON schema.</summary>
    public bool? JsonSchema { get; init; }
}
