using Millrace.Contracts;
using Polly;
using Polly.CircuitBreaker;

namespace Millrace.Worker.Providers;

/// <summary>
/// Stops asking a provider that keeps failing. It counts what happens up to the first token and is the provider's own fault;
/// refused requests and rate limits are answers of a healthy provider.
/// </summary>
internal sealed class ProviderCircuit
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
                ShouldHandle = new PredicateBuilder().Handle<ProviderException>(fault => fault.Reason is
                    FailureReason.ProviderUnavailable or FailureReason.ProviderError or FailureReason.FirstTokenTimeout),
            })
            .Build();
    }

    public ResiliencePipeline Pipeline { get; }

    public CircuitState State => state.CircuitState;

    /// <summary>Runs <paramref name="open"/>, or throws at once while the circuit is open.</summary>
    public async ValueTask RunAsync(ProviderCall call, Func<ValueTask> open)
    {
        try
        {
            await Pipeline.ExecuteAsync(static (open, _) => open(), open, CancellationToken.None);
        }
        catch (BrokenCircuitException broken)
        {
            throw new ProviderException(FailureReason.ProviderUnavailable,
                $"Provider '{call.Provider}' is not asked: it keeps failing (circuit open), model '{call.Model}'.")
            {
                RetryAfter = broken.RetryAfter,
                CircuitOpen = true,
            };
        }
    }
}
