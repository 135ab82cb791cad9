using Microsoft.Extensions.Options;
using Millrace.Engine.Failures;
using Millrace.Engine.Settings;
using Millrace.Engine.Telemetry;
using Millrace.Persistence.Limits;
using Millrace.Providers.Http;

namespace Millrace.Engine.Limits;

/// <summary>
/// Accounts that nobody of the fleet calls for a while: their provider has refused a call for its rate (429), or has said that nothing is left. An account is a provider, or, where
/// the provider counts by model and says so in its headers, one of its models. Any thread.
/// </summary>
public sealed partial class ProviderCooldowns(LimitStore store, IOptions<MillraceOptions> options, FleetMetrics metrics, TimeProvider time, ILogger<ProviderCooldowns> log)
{
    /// <summary>How old what is known of the others' cooldowns may be when a call is made.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    /// <summary>A database that does not answer does not hold calls up for longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly Lock gate = new();
    private readonly Dictionary<string, long> until = [];
    private readonly Dictionary<string, int> strikes = [];
    private readonly HashSet<string> untold = [];
    private Task reading = Task.CompletedTask;
    private long? readAt;

    /// <summary>There is something to tell the others.</summary>
    public bool HasNews
    {
        get
        {
            lock (gate) return untold.Count > 0;
        }
    }

    /// <summary>How long the account of a call is stopped yet; zero when it is not.</summary>
    public TimeSpan Left(string provider, string model)
    {
        lock (gate) return new[] { Left(Account(provider)), Left(Account(provider, model)) }.Max();
    }

    /// <summary>The provider has refused a call for its rate.</summary>
    /// <param name="provider">Its configured name.</param>
    /// <param name="model">The model that was called.</param>
    /// <param name="retryAfter">How long it asked to wait. Without a wish the account gets a backoff, longer each time until a call is answered.</param>
    /// <param name="isByModel">It counts by model.</param>
    public void Refused(string provider, string model, TimeSpan? retryAfter, bool isByModel)
    {
        var account = isByModel ? Account(provider, model) : Account(provider);
        lock (gate)
        {
            if (retryAfter is null && Left(account) == TimeSpan.Zero) strikes[account] = Math.Min(strikes.GetValueOrDefault(account) + 1, 30);
            Stop(account, retryAfter ?? RetryPlan.Backoff(Math.Max(1, strikes.GetValueOrDefault(account)), options.Value.Retry, Random.Shared.NextDouble()));
        }
        metrics.AccountStopped(provider, "refused");
    }

    /// <summary>The provider has begun to answer, and said what is left.</summary>
    public void Answered(string provider, string model, RateLimitHeaders? news)
    {
        lock (gate)
        {
            if (strikes.Count > 0 && strikes.Remove(Account(provider)) | strikes.Remove(Account(provider, model))) LogAnswers(provider);
            if (news?.NothingFor is not { } span || span <= Left(Account(provider, model))) return;
            Stop(Account(provider, model), span);
        }
        metrics.AccountStopped(provider, "exhausted");
    }

    /// <summary>Hears of the others' cooldowns, if that has not been done within the last second, and tells them of this worker's.</summary>
    public Task RefreshAsync(CancellationToken cancellation)
    {
        lock (gate)
        {
            if (!reading.IsCompleted || (readAt is { } at && time.GetElapsedTime(at) < Fresh && untold.Count == 0)) return reading.WaitAsync(cancellation);
            readAt = time.GetTimestamp();
            return (reading = ReadAsync()).WaitAsync(cancellation);
        }
    }

    private async Task ReadAsync()
    {
        using var deadline = new CancellationTokenSource(Patience, time);
        try
        {
            foreach (var (account, span) in Untold()) await TellAsync(account, span, deadline.Token);
            var stopped = await store.StopsAsync(deadline.Token);
            lock (gate)
            {
                foreach (var account in until.Keys.Where(account => Left(account) == TimeSpan.Zero).ToList()) until.Remove(account);
                foreach (var (account, left) in stopped) Extend(account, left);
            }
        }
        catch (Exception fault) // what is known has to do; the next call asks again
        {
            LogNotRead(fault.GetType().Name);
        }
    }

    private async Task TellAsync(string account, TimeSpan span, CancellationToken cancellation)
    {
        await store.StopAsync(account, span, cancellation);
        lock (gate) untold.Remove(account);
    }

    private List<(string Account, TimeSpan Left)> Untold()
    {
        lock (gate)
        {
            foreach (var account in untold.Where(account => Left(account) == TimeSpan.Zero).ToList()) untold.Remove(account);
            return [.. untold.Select(account => (account, Left(account)))];
        }
    }

    private void Stop(string account, TimeSpan span)
    {
        var most = options.Value.Retry.MaxRetryAfter;
        if (!Extend(account, span < most ? span : most)) return;
        untold.Add(account);
        LogStopped(account, Left(account));
    }

    private bool Extend(string account, TimeSpan span)
    {
        if (span <= Left(account)) return false;
        until[account] = time.GetTimestamp() + (long)(span.TotalSeconds * time.TimestampFrequency);
        return true;
    }

    private TimeSpan Left(string account) =>
        until.TryGetValue(account, out var end) && time.GetElapsedTime(time.GetTimestamp(), end) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    private static string Account(string provider, string model = "") => $"{provider}|{model.ToLowerInvariant()}";

    [LoggerMessage(LogLevel.Warning, "Account {Account} is stopped for {Left}, by its provider's wish")]
    private partial void LogStopped(string account, TimeSpan left);

    [LoggerMessage(LogLevel.Information, "Provider {Provider} answers again")]
    private partial void LogAnswers(string provider);

    [LoggerMessage(LogLevel.Warning, "The others' stopped accounts are not known: {Fault}")]
    private partial void LogNotRead(string fault);
}
