using CsCheck;
using Millrace.Contracts;
using Millrace.Engine.Failures;
using Millrace.Engine.Settings;
using Millrace.Providers.Failures;

namespace Millrace.Tests.Runs;

/// <summary>Any failure at any point of a generation, under any settings that are allowed.</summary>
internal sealed record RetryCases(Failure Failure, RetryState State, RetryOptions Options, double Jitter)
{
    private static readonly Gen<TimeSpan> ShortTimes = Gen.Int[0, 60_000].Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds));

    private static readonly Gen<TimeSpan> Times = Gen.Int[0, 90_000_000].Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds));

    public static Gen<Failure> Failures { get; } = Gen.Select(
        Gen.Enum<FailureReason>(), Perhaps(Gen.OneOf(ShortTimes, Times)), Gen.Int[0, 3],
        (reason, wait, dice) => dice == 0
            ? new Failure(FailureReason.ProviderUnavailable, "not asked") { CircuitOpen = true, RetryAfter = wait }
            : new Failure(reason, "failed") { RetryAfter = wait });

    public static Gen<RetryOptions> Limits { get; } = Gen.Select(
        Gen.Int[1, 20], ShortTimes, Gen.Int[0, 3_600_000], Times, Times,
        (attempts, first, longest, retryAfter, patience) => new RetryOptions
        {
            MaxAttempts = attempts,
            BaseDelay = first,
            MaxDelay = TimeSpan.FromMilliseconds(longest),
            MaxRetryAfter = retryAfter,
            CircuitPatience = patience,
        });

    public static Gen<RetryCases> Any { get; } = Gen.Select(
        Failures, Limits, Gen.Int[1, 25], Gen.Select(Gen.Bool, Gen.Bool), Gen.OneOf(ShortTimes, Times), Perhaps(Gen.Int[-10_000, 100_000]), Gen.Double[0, 1],
        (failure, limits, calls, request, age, left, jitter) => new RetryCases(
            failure, new RetryState(calls, request.Item1, age, left is { } ms ? TimeSpan.FromMilliseconds(ms) : null, IsBulk: request.Item2), limits, jitter));

    public RetryDecision Decide() => RetryPlan.After(Failure, State, Options, Jitter);

    private static Gen<T?> Perhaps<T>(Gen<T> gen) where T : struct => Gen.Select(Gen.Bool, gen, (given, value) => given ? value : (T?)null);
}
