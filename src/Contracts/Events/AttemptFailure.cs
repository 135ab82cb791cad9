namespace Millrace.Contracts;

/// <summary>One provider call of a generation that failed.</summary>
public sealed record AttemptFailure
{
    /// <summary>Which call, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>Which step of the generation it was made for, from 1.</summary>
    public int Step { get; init; } = 1;

    /// <summary>The configured provider.</summary>
    public required string Provider { get; init; }

    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>What kind of failure.</summary>
    public required FailureReason Reason { get; init; }

    /// <summary>The cause in a sentence. Never holds prompt, answer or key.</summary>
    public required string Message { get; init; }

    /// <summary>The HTTP status, if there was one.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>The provider's id for the request, if it gave one.</summary>
    public string? ProviderRequestId { get; init; }

    /// <summary>Its own code for the error, or its type, where it gave one of at most 64 letters, digits, <c>_</c>, <c>.</c> and <c>-</c>.</summary>
    public string? ProviderCode { get; init; }

    /// <summary>Which member of the call it refused, by its own name for it, such as <c>max_tokens</c> or <c>messages.2.content</c>.</summary>
    public string? ProviderParam { get; init; }

    /// <summary>US dollars that it cost all the same, or absent if that is not known: providers seldom count what failed.</summary>
    public decimal? Cost { get; init; }
}
