namespace Millrace.Persistence.Model;

/// <summary>Who answers a request that others may ask as well.</summary>
internal sealed class SharedAnswer
{
    /// <summary>SHA-256 of everything that makes the answer: tenant, provider, model, options, messages.</summary>
    public required byte[] Key { get; set; }

    /// <summary>The generation whose answer it is, or will be.</summary>
    public Guid GenerationId { get; set; }

    public DateTimeOffset MadeAt { get; set; }
}
