using Millrace.Persistence.Poison;

namespace Millrace.Engine.Poison;

/// <summary>A message over which workers die; it goes to the error queue with this text.</summary>
public sealed class PoisonMessageException(RefusedWork work)
    : Exception($"{work.Deaths} workers died while they worked on this message, so it is refused. It is in the error queue of {work.Kind}, as {work.Subject}.")
{
    public RefusedWork Work { get; } = work;
}
