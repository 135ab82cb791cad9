namespace Millrace.Persistence.Access;

/// <summary>What a key may be limited in.</summary>
public enum KeyLimit
{
    /// <summary>Generations made in a minute.</summary>
    Requests,

    /// <summary>Tokens of the generations that ended in a minute.</summary>
    Tokens,

    /// <summary>Generations that have not ended.</summary>
    Concurrent,
}
