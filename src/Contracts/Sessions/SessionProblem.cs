using System.Text.Json.Serialization;

namespace Millrace.Contracts;

/// <summary>Why a <see cref="SessionRequested"/> was not done.</summary>
[JsonConverter(typeof(EnumNameConverter<SessionProblem>))]
public enum SessionProblem
{
    /// <summary>A field breaks a rule.</summary>
    Invalid,

    /// <summary>There is no session of that id in that tenant.</summary>
    NotFound,

    /// <summary>A generation runs or waits in it, and the operation would change what it reads.</summary>
    Busy,

    /// <summary>The id for the new session belongs to another one.</summary>
    Exists,
}
