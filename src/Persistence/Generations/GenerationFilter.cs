namespace Millrace.Persistence.Generations;

/// <summary>Which generations a list holds; what is absent does not narrow it.</summary>
public sealed record GenerationFilter(
    string? State = null, Guid? SessionId = null, string? Channel = null, string? Provider = null, string? Model = null,
    DateTimeOffset? ReceivedAfter = null, DateTimeOffset? ReceivedBefore = null);
