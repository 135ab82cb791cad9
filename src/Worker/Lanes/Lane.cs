using Millrace.Contracts;

namespace Millrace.Worker.Lanes;

/// <summary>
/// A queue of runnable generations of one provider and class, and this worker's slots for it. The slots hold also while the
/// broker is away: runs that go on then keep theirs.
/// </summary>
internal sealed class Lane(string provider, GenerationClass @class, int concurrency) : IDisposable
{
    private readonly SemaphoreSlim slots = new(concurrency);

    public string Name { get; } = NameOf(provider, @class);

    public string Queue => QueueOf(Name);

    public int Concurrency => concurrency;

    /// <summary>True when the broker would have delivered a ticket if there were one.</summary>
    public bool HasFreeSlots => slots.CurrentCount > 0;

    public Task TakeSlotAsync(CancellationToken cancellation) => slots.WaitAsync(cancellation);

    public void FreeSlot() => slots.Release();

    public void Dispose() => slots.Dispose();

    public static string NameOf(string provider, GenerationClass @class) =>
        @class == GenerationClass.Bulk ? $"{provider}.bulk" : $"{provider}.interactive";

    public static string QueueOf(string lane) => $"run.{lane}";
}
