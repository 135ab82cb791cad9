namespace Millrace.Gateway.Access;

/// <summary>What a key may do. Each route needs one of these, and says so where it is mapped. None holds another, but <see cref="Admin"/> <see cref="Webhooks"/>.</summary>
public enum Scope
{
    /// <summary>Make, cancel and erase generations, and store what they are about.</summary>
    Generate,

    /// <summary>Look at generations, sessions, streams and models.</summary>
    Read,

    /// <summary>Change sessions.</summary>
    Sessions,

    /// <summary>Agree to tool calls that wait for consent, or refuse them. Whoever asks for a generation must not agree to what it does.</summary>
    Approve,

    /// <summary>Who is told of the end of generations.</summary>
    Webhooks,

    /// <summary>Workers, queues, the usage of all tenants; and webhooks, which once had no scope of their own.</summary>
    Admin,
}
