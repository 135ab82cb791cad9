using System.Text.Json.Serialization;

namespace Millrace.Contracts;

/// <summary>What happens to a session's history that is longer than the model's context.</summary>
[JsonConverter(typeof(EnumNameConverter<WhenTooLong>))]
public enum WhenTooLong
{
    /// <summary>The oldest whole turns are left out, never the system prompt; the outcome says how many.</summary>
    DropOldest,

    /// <summary>Fail with <see cref="FailureReason.ContextLengthExceeded"/>, which names both lengths.</summary>
    Fail,
}
