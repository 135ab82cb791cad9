using Millrace.Engine.Settings;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Poison;

namespace Millrace.Engine.Poison;

/// <summary>
/// Decides whether a message is worked on. (1) The same was refused lately: no. (2) It is delivered again: which workers had it in hand, and are they dead? After three: no.
/// (3) It is written down, and the work begins.
/// </summary>
/// <remarks>A broker of version 3 does not count deliveries. It only says that one is not the first, after each lost connection too, so that is no more than the cause to ask.</remarks>
public sealed class MessageTrial(InFlightStore store, InFlightLog log, Suspects suspects, DatabaseOutage outage, WorkerIdentity worker, TimeProvider time)
{
    /// <summary>How long the same message is refused at once. A sender that gets no answer sends it again.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private volatile Dictionary<string, RefusedWork> refused = [];

    /// <summary>What is to be disposed when the work has ended.</summary>
    /// <exception cref="PoisonMessageException">It is refused.</exception>
    public async Task<IDisposable> BeginAsync(string queue, string message, bool isRedelivered, CancellationToken cancellation)
    {
        // 1
        if (refused.TryGetValue(message, out var known)) throw new PoisonMessageException(known);

        // 2
        var deaths = isRedelivered ? await DeathsAsync(message, cancellation) : 0;
        if (deaths >= Suspects.MostDeaths) throw new PoisonMessageException(new(message, queue, deaths));

        // 3
        var suspicion = await suspects.WaitAsync(deaths, cancellation);
        try
        {
            return new Both(await log.EnterAsync(message, cancellation), suspicion);
        }
        catch
        {
            suspicion.Dispose();
            throw;
        }
    }

    /// <summary>Hears which messages were refused, here or elsewhere.</summary>
    public async Task RefreshAsync(CancellationToken cancellation) => refused = (await outage.WaitOutAsync(
        token => store.RefusedAsync(Remembered, token), cancellation)).ToDictionary(message => message.Subject, StringComparer.Ordinal);

    /// <summary>
    /// Workers that had it in hand and may be dead: enough to be careful with it, at once. That they are is known only after seconds, and awaited only where it would be refused for it.
    /// </summary>
    private async Task<int> DeathsAsync(string message, CancellationToken cancellation)
    {
        var first = await HoldersAsync(message, cancellation);
        for (var holders = first; ; holders = await HoldersAsync(message, cancellation))
        {
            var (dead, unknown) = (holders.Count(holder => holder.IsDead), holders.Count(holder => !holder.IsDead && !IsHeardSince(first, holder)));
            if (dead >= Suspects.MostDeaths || dead + unknown < Suspects.MostDeaths) return dead + unknown;
            await Task.Delay(Pause, time, cancellation);
        }
    }

    private static bool IsHeardSince(List<Holder> first, Holder now) =>
        first.Find(holder => holder.Worker == now.Worker) is not { } then || now.HeartbeatAt > then.HeartbeatAt;

    private Task<List<Holder>> HoldersAsync(string message, CancellationToken cancellation) =>
        outage.WaitOutAsync(token => store.HoldersAsync(message, worker.Id, token), cancellation);

    private sealed class Both(IDisposable entry, Suspicion suspicion) : IDisposable
    {
        public void Dispose()
        {
            entry.Dispose();
            suspicion.Dispose();
        }
    }
}
