using Microsoft.AspNetCore.Http;
using Millrace.Client.Errors;
using Millrace.Contracts;
using Millrace.Dialects.Errors;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Quotas;

namespace Millrace.Gateway.Errors;

/// <summary>The one place that says what an exception is to a caller.</summary>
internal static class ErrorMap
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    /// <summary>True for an exception that a caller is told about; others are faults of the gateway.</summary>
    public static bool IsExpected(Exception exception) => Of(exception).Code != "internal";

    public static Fault Of(Exception exception) => exception switch
    {
        GenerationFailedException { Failed: var failed } => Faults.Of(failed),
        GenerationCancelledException { Cancelled: var cancelled } =>
            new(409, "cancelled", exception.Message) { GenerationId = cancelled.GenerationId },
        RequestRejectedException { Rejected: var rejected } => Faults.Of(rejected),
        GenerationNotFoundException { GenerationId: var id } => new(404, "not_found", NoGeneration(id)) { GenerationId = id },
        ChunksExpiredException { GenerationId: var id } =>
            new(410, "chunks_expired", $"The chunks of generation {id} are no longer kept. Its outcome is: ask for the generation itself.") { GenerationId = id },
        GenerationRestartedException { GenerationId: var id } => new(503, "generation_restarted",
            $"Generation {id} was begun again after text of it had been passed on, and now says something else. It goes on: /api/generations/{id} has its answer.")
        { GenerationId = id },
        SessionException session => new(StatusOf(session.Problem), Faults.Snake(session.Problem.ToString()), session.Message),
        ProviderNotFoundException => new(404, "model_not_found", exception.Message) { Param = "model" },
        NoWorkersException => new(503, "no_workers", "No worker has ever connected to this gateway's broker. Start one, or check the broker's address.") { RetryAfter = Soon },
        FleetUnreachableException => new(503, "fleet_unreachable", "The fleet did not answer in time. Sending the same again with the same id is safe.") { RetryAfter = Soon },
        DatabaseUnavailableException => new(503, "database_unavailable", "The fleet's database does not answer. Sending the same again with the same id is safe.") { RetryAfter = Soon },
        BadHttpRequestException unbound when BindingErrors.Of(unbound) is { } fault => fault,
        BadHttpRequestException { StatusCode: 413 } => new(413, "too_large", $"{exception.Message} (Millrace:Gateway:MaxBodyBytes)"),
        BadHttpRequestException bad => new(bad.StatusCode, bad.StatusCode == 408 ? "timeout" : "invalid_request", bad.Message),
        QuotaExceededException quota => new(quota.IsBytes ? 413 : 429, "storage_quota_exceeded", quota.Message),
        _ => Faults.OfInput(exception) ?? new(500, "internal", "The gateway failed; its log has more under the id in the header x-request-id."),
    };

    public static string NoGeneration(Guid id) => $"There is no generation {id}. Check the id; one that was sent a moment ago may not be there yet.";

    private static int StatusOf(SessionProblem problem) => problem switch
    {
        SessionProblem.NotFound => 404,
        SessionProblem.Busy or SessionProblem.Exists => 409,
        _ => 400,
    };
}
