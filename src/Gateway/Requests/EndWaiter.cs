using Millrace.Client;
using Millrace.Gateway.Settings;

namespace Millrace.Gateway.Requests;

/// <summary>Waits for the end of a generation, whatever it is, or for a time.</summary>
internal sealed class EndWaiter(MillraceClient client, GatewayShutdown closing, TimeProvider time)
{
    public async Task WaitAsync(Guid id, TimeSpan atMost, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, closing.Now);
        using var leaving = new CancellationTokenSource();
        var end = client.WaitAsync(id, leaving.Token);
        try
        {
            await ((Task)end).WaitAsync(atMost, time, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            await leaving.CancelAsync();
            await ((Task)end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        cancellation.ThrowIfCancellationRequested();
    }
}
