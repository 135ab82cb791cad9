namespace Millrace.Gateway.Access;

/// <summary>
/// Marks a route that makes provider calls which no key's limits count. A key with limits gets in nowhere here; whatever else makes provider calls goes
/// through <see cref="KeyLimits"/>.
/// </summary>
internal sealed record SpendsUncounted;
