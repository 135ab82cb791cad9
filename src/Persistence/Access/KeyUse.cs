namespace Millrace.Persistence.Access;

/// <summary>What came of asking to use a key.</summary>
/// <param name="Full">The limit that is in the way, the longest one, or null: the use is noted.</param>
/// <param name="Requests">The limit of requests after that, if there is one.</param>
/// <param name="Tokens">The limit of tokens, if there is one.</param>
/// <param name="Concurrent">The limit of generations at a time, if there is one.</param>
public sealed record KeyUse(KeyLimit? Full, LimitStanding? Requests, LimitStanding? Tokens, LimitStanding? Concurrent);
