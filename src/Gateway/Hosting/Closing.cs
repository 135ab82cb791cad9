using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Millrace.Gateway.Hosting;

/// <summary>
/// When open calls end because the gateway is told to stop. What can be resumed ends at once, so that its reader goes on at another gateway; the rest has a
/// moment to end by itself.
/// </summary>
internal sealed class Closing : IDisposable
{
    private readonly CancellationTokenSource late = new();

    public Closing(IHostApplicationLifetime lifetime, IOptions<GatewayOptions> options)
    {
        Now = lifetime.ApplicationStopping;
        Now.Register(() => late.CancelAfter(options.Value.CloseAfter));
    }

    /// <summary>Fires when the gateway is told to stop.</summary>
    public CancellationToken Now { get; }

    /// <summary>Fires a moment after that.</summary>
    public CancellationToken Late => late.Token;

    public void Dispose() => late.Dispose();
}
