namespace Millrace.Persistence.Quotas;

/// <summary>A tenant may not keep so much more. Nothing was stored.</summary>
public sealed class QuotaExceededException(bool isBytes, string message) : Exception(message)
{
    /// <summary>Its bytes are in the way, and not their number.</summary>
    public bool IsBytes { get; } = isBytes;
}
