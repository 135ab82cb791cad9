using System.Text.Json.Serialization;

namespace Millrace.Contracts;

/// <summary>How many words an answer makes.</summary>
[JsonConverter(typeof(EnumNameConverter<Verbosity>))]
public enum Verbosity
{
    /// <summary>Few.</summary>
    Low,

    /// <summary>The usual amount.</summary>
    Medium,

    /// <summary>Many.</summary>
    High,
}
