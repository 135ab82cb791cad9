using Millrace.Contracts;

namespace Millrace.Dialects.OpenAI;

/// <summary>What the fleet can do beyond OpenAI's API: the field <c>millrace</c> of a request. Clients send it as an extra field of the body.</summary>
public sealed record FleetOptions
{
    /// <summary>The session this is a turn of.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>Tools that the fleet runs itself.</summary>
    public IReadOnlyList<string>? Tools { get; init; }

    public int? MaxSteps { get; init; }

    /// <summary>How old a recorded answer to the same question may be.</summary>
    public int? ReuseSeconds { get; init; }

    public IReadOnlyList<string>? Fallbacks { get; init; }

    public GenerationClass Class { get; init; }

    /// <summary>Whether the generation ends when its caller goes away.</summary>
    public bool CancelOnDisconnect { get; init; }

    public static GenerateRequested Apply(GenerateRequested request, FleetOptions? options) => options is null ? request : request with
    {
        SessionId = options.SessionId,
        Tools = options.Tools,
        MaxSteps = options.MaxSteps,
        ReuseSeconds = options.ReuseSeconds,
        Fallbacks = options.Fallbacks,
        Class = options.Class,
    };
}
