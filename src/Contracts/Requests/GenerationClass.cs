using System.Text.Json.Serialization;

namespace Millrace.Contracts;

/// <summary>Which lane of a provider a generation waits in. Each has its own concurrency.</summary>
[JsonConverter(typeof(EnumNameConverter<GenerationClass>))]
public enum GenerationClass
{
    /// <summary>Somebody is waiting. 64 at a time per worker and provider by default.</summary>
    Interactive,

    /// <summary>Large amounts without hurry. 16 at a time per worker and provider by default.</summary>
    Bulk,
}
