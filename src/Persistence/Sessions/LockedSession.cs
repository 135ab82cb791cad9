using Millrace.Persistence.Model;

namespace Millrace.Persistence.Sessions;

/// <summary>A session while its row is locked.</summary>
/// <param name="Active">The generation whose turn it is. While there is none, none waits either.</param>
public sealed record LockedSession(
    Guid Id, string Tenant, SessionSettings Settings, long LastOrdinal, long LastTurn, Guid? Active);
