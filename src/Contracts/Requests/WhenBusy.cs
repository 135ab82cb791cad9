using System.Text.Json.Serialization;

namespace Millrace.Contracts;

/// <summary>What happens to a request whose session is already generating.</summary>
[JsonConverter(typeof(EnumNameConverter<WhenBusy>))]
public enum WhenBusy
{
    /// <summary>Wait its turn, in order of arrival.</summary>
    Queue,

    /// <summary>Fail at once.</summary>
    Reject,

    /// <summary>Cancel the running one, keep its partial text, then run.</summary>
    Interrupt,

    /// <summary>Cancel the running one, remove its messages, then run.</summary>
    Rollback,
}
