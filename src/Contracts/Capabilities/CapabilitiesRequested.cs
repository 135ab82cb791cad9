namespace Millrace.Contracts;

/// <summary>Asks what a provider and model can do. Any worker answers with <see cref="CapabilitiesAnswered"/>; no provider is called for it.</summary>
public sealed record CapabilitiesRequested
{
    /// <summary>The request's identity, chosen by the asker; it is in the answer and its routing key. Required, not the empty GUID.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>The configured provider's name. Default: the one that a request with this model would go to; without a model either, all providers.</summary>
    public string? Provider { get; init; }

    /// <summary>The model, also as <c>provider/model</c>. Default: the provider's default model.</summary>
    public string? Model { get; init; }

    /// <summary>The channel label in the answer's routing key, so that only the asker gets it. Default: <c>default</c>.</summary>
    public string? Channel { get; init; }
}
