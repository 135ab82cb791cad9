using System.Collections.Frozen;
using Millrace.Contracts;
using Millrace.Providers.Failures;
using Millrace.Providers.Options;

namespace Millrace.Providers.Http;

/// <summary>
/// The one place that says which <see cref="FailureReason"/> a provider's error is. The error's own code decides where it is
/// known, otherwise the status; message texts decide nothing. Gateways pass the codes of others on, so one table holds those of all kinds.
/// </summary>
internal static class FailureTable
{
    private static readonly FrozenDictionary<string, FailureReason> Codes = new Dictionary<string, FailureReason>
    {
        ["insufficient_quota"] = FailureReason.QuotaExceeded,
        ["billing_hard_limit_reached"] = FailureReason.QuotaExceeded,
        ["billing_not_active"] = FailureReason.QuotaExceeded,
        ["billing_error"] = FailureReason.QuotaExceeded,
        ["rate_limit_exceeded"] = FailureReason.RateLimited,
        ["rate_limit_error"] = FailureReason.RateLimited,
        ["context_length_exceeded"] = FailureReason.ContextLengthExceeded,
        ["content_filter"] = FailureReason.ContentFiltered,
        ["content_policy_violation"] = FailureReason.ContentFiltered,
        ["moderation_blocked"] = FailureReason.ContentFiltered,
        ["ResponsibleAIPolicyViolation"] = FailureReason.ContentFiltered,
        ["refusal"] = FailureReason.ContentFiltered,
        ["model_not_found"] = FailureReason.ModelNotFound,
        ["invalid_api_key"] = FailureReason.Authentication,
        ["authentication_error"] = FailureReason.Authentication,
        ["permission_error"] = FailureReason.Authentication,
        ["overloaded_error"] = FailureReason.ProviderUnavailable,
        ["server_overloaded"] = FailureReason.ProviderUnavailable,
        ["slow_down"] = FailureReason.ProviderUnavailable,
        ["timeout_error"] = FailureReason.ProviderUnavailable,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads the refusal in <paramref name="response"/>.</summary>
    public static async Task<Failure> ReadAsync(
        ProviderCall call, HttpResponseMessage response, ProviderOptions options, TimeProvider time)
    {
        var status = (int)response.StatusCode;
        if (response.IsSuccessStatusCode)
        {
            return new Failure(FailureReason.ProviderError,
                $"Provider '{call.Provider}' answered with a web page instead of a stream{For(call)}; check its Endpoint.")
            {
                HttpStatus = status,
                RequestId = call.RequestId,
            };
        }

        var error = (await ErrorBody.ReadAsync(response.Content, time, call.Aborted)).Without(ProviderHeaders.SecretsOf(options));
        var retryAfter = RetryAfter.Read(response.Headers, time);
        var what = $"answered {status}{Shown(error)}{For(call)}{Hint(status, retryAfter)}";
        return Sent(call, Reason(error) ?? Reason(status), what, error, options, status, retryAfter);
    }

    /// <summary>There was no answer: name resolution, connection or encryption failed.</summary>
    public static Failure Unreachable(ProviderCall call, string stage) =>
        new(FailureReason.ProviderUnavailable, $"Provider '{call.Provider}' cannot be reached ({stage}){For(call)}.");

    /// <summary>The provider began to answer and then sent an error in the stream.</summary>
    public static Failure InStream(ProviderCall call, ErrorBody sent, ProviderOptions options)
    {
        var error = sent.Without(ProviderHeaders.SecretsOf(options));
        return Sent(call, Reason(error) ?? ReasonOfNumber(error.Code), $"sent an error in the stream{Shown(error)}{For(call)}", error, options);
    }

    private static Failure Sent(
        ProviderCall call, FailureReason reason, string what, ErrorBody error, ProviderOptions options, int? status = null, TimeSpan? retryAfter = null)
    {
        var words = options.ErrorMessages == ErrorMessages.None ? null : error.Message;
        var told = options.ErrorMessages == ErrorMessages.Caller && words is not null ? $" It said: \"{words}\"" : "";
        return new(reason, $"Provider '{call.Provider}' {what}.{told}")
        {
            HttpStatus = status,
            RetryAfter = retryAfter,
            RequestId = call.RequestId,
            Code = error.Code ?? error.Type,
            Param = error.Param,
            ProviderMessage = words,
        };
    }

    /// <summary>Some servers put the status into the frame.</summary>
    private static FailureReason ReasonOfNumber(string? code) =>
        int.TryParse(code, out var status) && status is >= 400 and < 600 ? Reason(status) : FailureReason.ProviderError;

    private static FailureReason? Reason(ErrorBody error) =>
        error.Code is { } code && Codes.TryGetValue(code, out var byCode) ? byCode
        : error.Type is { } type && Codes.TryGetValue(type, out var byType) ? byType
        : null;

    private static FailureReason Reason(int status) => status switch
    {
        401 or 403 => FailureReason.Authentication,
        402 => FailureReason.QuotaExceeded,
        404 => FailureReason.ModelNotFound,
        429 => FailureReason.RateLimited,
        408 or 409 or 425 => FailureReason.ProviderUnavailable,
        >= 400 and < 500 => FailureReason.InvalidRequest,
        502 or 503 or 504 or (>= 520 and <= 529) => FailureReason.ProviderUnavailable,
        _ => FailureReason.ProviderError,
    };

    private static string Hint(int status, TimeSpan? retryAfter) => (status, retryAfter) switch
    {
        (_, { } wait) => FormattableString.Invariant($"; it asks to wait {wait.TotalSeconds:0.###} s"),
        (401 or 403, _) => ": check its key and what the key may do",
        (404, _) => ": it has no such model, or its Endpoint is wrong",
        ( >= 300 and < 400, _) => ": redirects are not followed; check its Endpoint",
        _ => "",
    };

    /// <summary>The code, and what it is about, in brackets.</summary>
    private static string Shown(ErrorBody error)
    {
        var parts = new[] { error.Code ?? error.Type, error.Param is { } param ? $"at {param}" : null }.OfType<string>().ToList();
        return parts.Count == 0 ? "" : $" ({string.Join(", ", parts)})";
    }

    private static string For(ProviderCall call) => call.Model.Length > 0 ? $" for model '{call.Model}'" : "";
}
