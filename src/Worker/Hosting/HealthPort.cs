using System.Net;
using System.Net.Sockets;

namespace Millrace.Worker.Hosting;

/// <summary>Where <c>/health</c> is served: <c>ASPNETCORE_URLS</c>, else port 8080 of this machine, else, beside another worker, any free port.</summary>
internal static class HealthPort
{
    private const int Usual = 8080;

    public static void UseHealthPort(this WebApplicationBuilder builder)
    {
        if (builder.Configuration["urls"] is not null || builder.Configuration["http_ports"] is not null) return;
        builder.WebHost.UseUrls($"http://127.0.0.1:{(IsFree(Usual) ? Usual : 0)}");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
