using Millrace.Providers.Options;

namespace Millrace.Providers.Http;

/// <summary>Builds the one HTTP client of a provider: pooled, without deadlines of its own, and with our handler below the SDK.</summary>
internal static class ProviderHttp
{
    /// <summary>
    /// Leaving a stream early reads its rest for this long to save the connection. A finished one needs far less, and an unfinished one has to be closed soon, or the provider goes
    /// on generating for nobody.
    /// </summary>
    public static readonly TimeSpan DrainTime = TimeSpan.FromMilliseconds(100);

    public static HttpClient Create(string name, WireHeaders wire, ProviderOptions options, TimeProvider time)
    {
        var sockets = new SocketsHttpHandler
        {
            // Long enough to reuse connections, short enough to notice that an address has moved.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            MaxConnectionsPerServer = options.MaxConnections ?? (options.InteractiveConcurrency + options.BulkConcurrency + 1),
            ConnectTimeout = TimeSpan.FromSeconds(10),
            ResponseDrainTimeout = DrainTime,
            // A redirect would carry prompts, and some keys, to an address that nobody configured.
            AllowAutoRedirect = false,
            UseCookies = false,
        };
        return new(new ProviderHttpHandler(name, wire, options, time, sockets))
        {
            Timeout = Timeout.InfiniteTimeSpan,
            BaseAddress = options.Endpoint is { } endpoint ? Base(endpoint) : null,
        };
    }

    /// <summary>Relative paths are appended to what ends in a slash; anything else they would replace.</summary>
    private static Uri Base(Uri endpoint) =>
        endpoint.AbsolutePath.EndsWith('/') ? endpoint : new UriBuilder(endpoint) { Path = endpoint.AbsolutePath + "/" }.Uri;
}
