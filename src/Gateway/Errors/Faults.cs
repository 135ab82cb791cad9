using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Millrace.Client.Errors;
using Millrace.Contracts;
using Millrace.Persistence;

namespace Millrace.Gateway.Errors;

/// <summary>The one place that says what an exception is to a caller.</summary>
internal static class Faults
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    /// <summary>True for an exception that a caller is told about; others are faults of the gateway.</summary>
    public static bool IsExpected(Exception exception) => Of(exception).Code != "internal";

    public static Fault Of(Exception exception) => exception switch
    {
        FaultException told => told.Fault,
        GenerationFailedException { Failed: var failed } => Of(failed),
        GenerationCancelledException { Cancelled: var cancelled } =>
            new(409, "cancelled", exception.Message) { GenerationId = cancelled.GenerationId },
        RequestRejectedException { Rejected: var rejected } => Of(rejected),
        GenerationNotFoundException { GenerationId: var id } => new(404, "not_found", NoGeneration(id)) { GenerationId = id },
        ChunksExpiredException { GenerationId: var id } =>
            new(410, "chunks_expired", $"The chunks of generation {id} are no longer kept. Its outcome is: ask for the generation itself.") { GenerationId = id },
        GenerationRestartedException { GenerationId: var id } => new(503, "generation_restarted",
            $"Generation {id} was begun again after text of it had been passed on, and now says something else. It goes on: /api/generations/{id} has its answer.")
        { GenerationId = id },
        SessionException session => new(StatusOf(session.Problem), Snake(session.Problem.ToString()), session.Message),
        ProviderNotFoundException => new(404, "model_not_found", exception.Message) { Param = "model" },
        NoWorkersException => new(503, "no_workers", "No worker has ever connected to this gateway's broker. Start one, or check the broker's address.") { RetryAfter = Soon },
        FleetUnreachableException => new(503, "fleet_unreachable", "The fleet did not answer in time. Sending the same again with the same id is safe.") { RetryAfter = Soon },
        DatabaseUnavailableException => new(503, "database_unavailable", "The fleet's database does not answer. Sending the same again with the same id is safe.") { RetryAfter = Soon },
        InvalidOperationException { Source: { } source } when source.StartsWith("System.Text.Json", StringComparison.Ordinal) => new(400, "invalid_json", "A value of the body has the wrong type, or is half of a surrogate pair, which is no text."),
        JsonException json => new(400, "invalid_json", $"The body cannot be read as JSON: {JsonProblem.Of(json)}"),
        BadHttpRequestException unbound when Unbound.Of(unbound) is { } fault => fault,
        BadHttpRequestException { StatusCode: 413 } => new(413, "too_large", $"{exception.Message} (Millrace:Gateway:MaxBodyBytes)"),
        BadHttpRequestException bad => new(bad.StatusCode, bad.StatusCode == 408 ? "timeout" : "invalid_request", bad.Message),
        QuotaExceededException quota => new(quota.IsBytes ? 413 : 429, "storage_quota_exceeded", quota.Message),
        ArgumentException argument => new(400, "invalid_request", Bare(argument)),
        _ => new(500, "internal", "The gateway failed; its log has more under the id in the header x-request-id."),
    };

    /// <summary>Without the parameter's name, which is one of a method here.</summary>
    private static string Bare(ArgumentException argument) => argument.Message.Replace($" (Parameter '{argument.ParamName}')", "", StringComparison.Ordinal);

    public static string NoGeneration(Guid id) => $"There is no generation {id}. Check the id; one that was sent a moment ago may not be there yet.";

    /// <summary>A failure's reason as a word for programs: <c>context_length_exceeded</c>.</summary>
    public static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    public static Fault Of(GenerationFailed failed) => new(StatusOf(failed.Reason), Snake(failed.Reason.ToString()), failed.Message)
    {
        GenerationId = failed.GenerationId,
        RetryAfter = StatusOf(failed.Reason) is 429 or 503 ? Soon : null,
        Param = failed.ProviderParam ?? (failed.Reason is FailureReason.ModelNotFound or FailureReason.UnknownProvider ? "model" : null),
        ProviderCode = failed.ProviderCode,
    };

    private static Fault Of(RequestRejected rejected) => rejected.Reason == RejectionReason.DifferentRequest
        ? new(409, "different_request", rejected.Message) { GenerationId = rejected.GenerationId }
        : new(400, "invalid_request", rejected.Message) { GenerationId = rejected.GenerationId };

    private static int StatusOf(SessionProblem problem) => problem switch
    {
        SessionProblem.NotFound => 404,
        SessionProblem.Busy or SessionProblem.Exists => 409,
        _ => 400,
    };

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
