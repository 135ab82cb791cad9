using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Millrace.Contracts;

namespace Millrace.Gateway.Settings;

/// <summary>
/// When open calls end because the gateway is told to stop. What can be resumed ends at once, so that its reader goes on at another gateway; the rest has a
/// moment to end by itself.
/// </summary>
internal sealed class GatewayShutdown : IDisposable
{
    private readonly GracePeriod late;

    public GatewayShutdown(IHostApplicationLifetime lifetime, IOptions<GatewayOptions> options, TimeProvider time)
    {
        Now = lifetime.ApplicationStopping;
        late = new(options.Value.CloseAfter, time, Now);
    }

    /// <summary>Fires when the gateway is told to stop.</summary>
    public CancellationToken Now { get; }

    /// <summary>Fires a moment after that.</summary>
    public CancellationToken Late => late.Token;

    public void Dispose() => late.Dispose();
}
