using Millrace.Contracts;

namespace Millrace.Gateway.Webhooks;

/// <summary>Wakes the sender when this gateway has made a delivery due; what others have made is found by looking.</summary>
internal sealed class DueDeliveries(TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    private readonly Signal due = new(time);

    public void Tell() => due.Give();

    /// <summary>Until there may be something to send.</summary>
    public Task WaitAsync(CancellationToken cancellation) => due.WaitAsync(Look, cancellation);

    /// <summary>Until it may be worth while to look again, whatever is told meanwhile. Ends early without a word when it is cancelled.</summary>
    public async Task PauseAsync(CancellationToken cancellation) => await Task.Delay(Look, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
