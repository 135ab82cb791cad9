using System.Text.Json.Serialization;

namespace Millrace.Contracts;

/// <summary>What to do with a session.</summary>
[JsonConverter(typeof(EnumNameConverter<SessionOperation>))]
public enum SessionOperation
{
    /// <summary>Make it, with everything the request says and its messages. One that exists is left as it is.</summary>
    Create,

    /// <summary>Add messages behind the last one. Refused while a generation runs or waits in it.</summary>
    Append,

    /// <summary>Answer with the session and a page of its messages.</summary>
    Read,

    /// <summary>Answer with a page of the tenant's sessions, the latest used first.</summary>
    List,

    /// <summary>Remove the messages and keep the rest. Refused while a generation runs or waits in it.</summary>
    Clear,

    /// <summary>Remove it with its messages; its generations stay. Refused while a generation runs or waits in it.</summary>
    Delete,

    /// <summary>Make a copy of it, up to a message, under a new id.</summary>
    Fork,
}
