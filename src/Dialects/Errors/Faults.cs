using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Dialects.Errors;

/// <summary>What the end of a generation and an input that cannot be read are to a caller.</summary>
public static class Faults
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    /// <summary>What is wrong with an input, by what reading it threw; null if the input is not to blame.</summary>
    public static Fault? OfInput(Exception exception) => exception switch
    {
        FaultException told => told.Fault,
        InvalidOperationException { Source: { } source } when source.StartsWith("System.Text.Json", StringComparison.Ordinal) =>
            new(400, "invalid_json", "A value of the body has the wrong type, or is half of a surrogate pair, which is no text."),
        JsonException json => new(400, "invalid_json", $"The body cannot be read as JSON: {JsonProblem.Of(json)}"),
        ArgumentException argument => new(400, "invalid_request", Bare(argument)),
        _ => null,
    };

    /// <summary>Without the parameter's name, which is one of a method here.</summary>
    private static string Bare(ArgumentException argument) => argument.Message.Replace($" (Parameter '{argument.ParamName}')", "", StringComparison.Ordinal);

    /// <summary>A failure's reason as a word for programs: <c>context_length_exceeded</c>.</summary>
    public static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    public static Fault Of(GenerationFailed failed) => new(StatusOf(failed.Reason), Snake(failed.Reason.ToString()), failed.Message)
    {
        GenerationId = failed.GenerationId,
        RetryAfter = StatusOf(failed.Reason) is 429 or 503 ? Soon : null,
        Param = failed.ProviderParam ?? (failed.Reason is FailureReason.ModelNotFound or FailureReason.UnknownProvider ? "model" : null),
        ProviderCode = failed.ProviderCode,
    };

    public static Fault Of(RequestRejected rejected) => rejected.Reason == RejectionReason.DifferentRequest
        ? new(409, "different_request", rejected.Message) { GenerationId = rejected.GenerationId }
        : new(400, "invalid_request", rejected.Message) { GenerationId = rejected.GenerationId };

    /// <summary>What the caller can mend is 4xx; what the provider did is 502 to 504, also a refused key: that key is not the caller's.</summary>
    private static int StatusOf(FailureReason reason) => reason switch
    {
        FailureReason.InvalidRequest or FailureReason.UnsupportedFeature or FailureReason.ContextLengthExceeded => 400,
        FailureReason.BudgetExceeded => 402,
        FailureReason.UnknownProvider or FailureReason.ModelNotFound => 404,
        FailureReason.SessionBusy => 409,
        FailureReason.ContentFiltered or FailureReason.ToolLoopExceeded or FailureReason.OutputLimitExceeded or FailureReason.InvalidOutput => 422,
        FailureReason.RateLimited or FailureReason.QuotaExceeded => 429,
        FailureReason.ProviderUnavailable => 503,
        FailureReason.Authentication or FailureReason.ProviderError or FailureReason.IncompleteStream => 502,
        FailureReason.FirstTokenTimeout or FailureReason.IdleTimeout or FailureReason.TotalTimeout or FailureReason.Expired => 504,
        _ => 500,
    };
}
