using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Millrace.Tests.Servers;

/// <summary>
/// Ports below the range that the kernel gives to outgoing connections (from 32768). A server that is stopped for a while would
/// else lose its port to any client, and a client that retries its own server's port can connect to itself.
/// </summary>
internal static class FreePorts
{
    private static readonly Lock Sync = new();
    private static readonly HashSet<int> Given = [];

    public static int Next()
    {
        lock (Sync)
        {
            while (true)
            {
                var port = RandomNumberGenerator.GetInt32(20_000, 32_000);
                if (!Given.Contains(port) && IsFree(port))
                {
                    Given.Add(port);
                    return port;
                }
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Any, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
