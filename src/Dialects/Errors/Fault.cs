namespace Millrace.Dialects.Errors;

/// <summary>What a caller is told about a call that did not work, in whatever form the face has.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">A word for programs, in snake_case: a failure's reason, or what is wrong with the call.</param>
/// <param name="Message">Cause, rule and choices, for people.</param>
public sealed record Fault(int Status, string Code, string Message)
{
    /// <summary>An item that an input names and that is not there. OpenAI has no word for programs for it.</summary>
    public const string ItemNotFound = "item_not_found";

    /// <summary>Which field is wrong, if it is one.</summary>
    public string? Param { get; init; }

    /// <summary>The provider's own code, where it is what was refused.</summary>
    public string? ProviderCode { get; init; }

    /// <summary>The generation, if there is one.</summary>
    public Guid? GenerationId { get; init; }

    /// <summary>When to try again, for 429 and 503.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
