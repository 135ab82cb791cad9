using Millrace.Contracts;
using Millrace.Providers.Failures;
using Millrace.Providers.Http;
using Millrace.Providers.Options;
using Polly;
using Polly.CircuitBreaker;

namespace Millrace.Providers.Registry;

/// <summary>
/// Stops asking a provider that keeps failing. It counts what happens up to the first token and is the provider's own fault;
/// refused requests and rate limits are answers of a healthy provider.
/// </summary>
public sealed class ProviderCircuit
{
    private readonly CircuitBreakerStateProvider state = new();

    public ProviderCircuit(CircuitOptions options, TimeProvider time)
    {
        Pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new()
            {
                FailureRatio = options.FailureRatio,
                MinimumThroughput = options.MinimumThroughput,
                SamplingDuration = options.SamplingDuration,
                BreakDuration = options.BreakDuration,
                StateProvider = state,
                ShouldHandle = new PredicateBuilder().Handle<ProviderException>(fault => fault.Failure.Reason is
                    FailureReason.ProviderUnavailable or FailureReason.ProviderError or FailureReason.FirstTokenTimeout),
            })
            .Build();
    }

    public ResiliencePipeline Pipeline { get; }

    public CircuitState State => state.CircuitState;

    /// <summary>Runs <paramref name="open"/>, unless the circuit is open. What went wrong, or null.</summary>
    public async ValueTask<Failure?> RunAsync(ProviderCall call, Func<ValueTask<Failure?>> open)
    {
        var context = ResilienceContextPool.Shared.Get();
        try
        {
            var outcome = await Pipeline.ExecuteOutcomeAsync(static (_, open) => AttemptAsync(open), context, open);
            if (outcome.Exception is BrokenCircuitException broken) return NotAsked(call, broken);
            if (outcome.Exception is ProviderException failed) return failed.Failure;
            outcome.ThrowIfException(); // the caller's own cancellation
            return null;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>The breaker looks at outcomes; none of them has to be thrown to it.</summary>
    private static async ValueTask<Outcome<bool>> AttemptAsync(Func<ValueTask<Failure?>> open)
    {
        try
        {
            return await open() is { } failure ? Outcome.FromException<bool>(new ProviderException(failure)) : Outcome.FromResult(true);
        }
        catch (OperationCanceledException cancelled) when (cancelled.CancellationToken.IsCancellationRequested)
        {
            return Outcome.FromException<bool>(cancelled);
        }
    }

    private static Failure NotAsked(ProviderCall call, BrokenCircuitException broken) => new(
        FailureReason.ProviderUnavailable, $"Provider '{call.Provider}' is not asked: it keeps failing (circuit open), model '{call.Model}'.")
    {
        RetryAfter = broken.RetryAfter,
        CircuitOpen = true,
    };
}
