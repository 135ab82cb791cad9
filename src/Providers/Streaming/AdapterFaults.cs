using Millrace.Contracts;
using Millrace.Providers.Failures;
using Millrace.Providers.Http;
using Millrace.Providers.Options;

namespace Millrace.Providers.Streaming;

/// <summary>What the adapters' own exceptions mean. Their texts are never repeated: they hold pieces of prompts and replies.</summary>
internal static class AdapterFaults
{
    /// <param name="error">The error event that the adapter put into the exception, if it was one.</param>
    public static Failure Explain(ProviderCall call, Exception fault, ErrorBody? error, ProviderOptions options)
    {
        for (var cause = fault; cause is not null; cause = cause.InnerException)
            if (cause is ProviderException known) return known.Failure;
        if (error is { } event_) return FailureTable.InStream(call, event_, options);
        for (var cause = fault; cause is not null; cause = cause.InnerException)
            if (cause is IOException or HttpRequestException)
                return New(call, FailureReason.IncompleteStream, "broke the connection in the middle of the stream");
        return fault is OperationCanceledException
            ? New(call, FailureReason.ProviderUnavailable, "was given up on by its adapter")
            : New(call, FailureReason.ProviderError, $"sent a stream that cannot be read ({fault.GetType().Name})");
    }

    public static Failure TimedOut(ProviderCall call, FailureReason expired, ProviderOptions limits) => expired switch
    {
        FailureReason.FirstTokenTimeout => New(call, expired, $"sent nothing within {limits.FirstTokenTimeout} (FirstTokenTimeout)"),
        FailureReason.IdleTimeout => New(call, expired, $"paused for more than {limits.IdleTimeout} (IdleTimeout)"),
        _ => New(call, expired, $"was not done within {limits.TotalTimeout} (TotalTimeout)"),
    };

    private static Failure New(ProviderCall call, FailureReason reason, string what) =>
        new(reason, $"Provider '{call.Provider}' {what}, model '{call.Model}'.") { RequestId = call.RequestId };
}
