using Millrace.Contracts;

namespace Millrace.Engine.Dispatch;

/// <summary>
/// A queue of runnable generations of one provider and class, and this worker's slots for it. The slots hold also while the
/// broker is away: runs that go on then keep theirs.
/// </summary>
public sealed class Lane(string provider, GenerationClass @class, int concurrency, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim slots = new(concurrency);
    private long lastFull;

    public string Name { get; } = NameOf(provider, @class);

    /// <summary>The provider's name.</summary>
    public string Provider => provider;

    public GenerationClass Class => @class;

    public string Queue => QueueOf(Name);

    public int Concurrency => concurrency;

    /// <summary>Slots that are taken.</summary>
    public int Running => concurrency - slots.CurrentCount;

    /// <summary>True when there has been a free slot for so long that the broker would have delivered a ticket if it had one.</summary>
    public bool HasHadRoomFor(TimeSpan span) =>
        slots.CurrentCount > 0 && (Volatile.Read(ref lastFull) is 0 || time.GetElapsedTime(Volatile.Read(ref lastFull)) > span);

    public async Task TakeSlotAsync(CancellationToken cancellation)
    {
        await slots.WaitAsync(cancellation);
        if (slots.CurrentCount == 0) Volatile.Write(ref lastFull, time.GetTimestamp());
    }

    public void FreeSlot()
    {
        if (slots.CurrentCount == 0) Volatile.Write(ref lastFull, time.GetTimestamp());
        slots.Release();
    }

    public void Dispose() => slots.Dispose();

    public static string NameOf(string provider, GenerationClass @class) =>
        @class == GenerationClass.Bulk ? $"{provider}.bulk" : $"{provider}.interactive";

    public static string QueueOf(string lane) => $"run.{lane}";
}
