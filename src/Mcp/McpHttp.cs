using Millrace.Engine.Settings;
using ModelContextProtocol.Client;

namespace Millrace.Mcp;

/// <summary>Builds the connection to a server that has an address.</summary>
internal static class McpHttp
{
    /// <summary>Without deadlines of its own: each call has one already.</summary>
    public static HttpClient Client() => new(new SocketsHttpHandler
    {
        ConnectTimeout = TimeSpan.FromSeconds(10),
        // Long enough to reuse connections, short enough to notice that an address has moved
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        // A redirect would carry arguments, and some keys, to an address that nobody configured
        AllowAutoRedirect = false,
        UseCookies = false,
    })
    { Timeout = Timeout.InfiniteTimeSpan };

    /// <exception cref="IOException">The file with the key cannot be read.</exception>
    public static IClientTransport Transport(string name, McpServerSetting setting, HttpClient http)
    {
        var headers = new Dictionary<string, string>(setting.Headers, StringComparer.OrdinalIgnoreCase);
        if (setting.ApiKeyFile is { } file) headers["Authorization"] = "Bearer " + File.ReadAllText(file).Trim();
        return new HttpClientTransport(new HttpClientTransportOptions { Name = name, Endpoint = new Uri(setting.Endpoint!), AdditionalHeaders = headers }, http);
    }
}
