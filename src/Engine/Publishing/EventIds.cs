using Millrace.Persistence.Model;

namespace Millrace.Engine.Publishing;

/// <summary>
/// Message ids that follow from what the event is, in the generation's own namespace, so that the same event sent twice can be told from two events.
/// </summary>
public static class EventIds
{
    public static Guid Of(Guid generation, string kind, long number = 0) => NamedId.Of(generation, $"{kind}/{number}");
}
