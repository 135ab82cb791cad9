using System.ComponentModel;
using ModelContextProtocol;

namespace Millrace.Mcp;

/// <summary>
/// Why a server cannot be talked to, in words that are safe to log: the libraries' own messages may hold what a server wrote to its
/// standard error or into a body, and that may hold anything.
/// </summary>
internal static class McpFault
{
    public static string Describe(Exception fault) => fault switch
    {
        Win32Exception start => $"it could not be started: {start.Message}",
        HttpRequestException { StatusCode: { } status } => $"it answered HTTP {(int)status}",
        HttpRequestException http => $"no HTTP connection: {http.HttpRequestError}",
        McpProtocolException refused => $"it answered with the protocol's error {(int)refused.ErrorCode}",
        TimeoutException or OperationCanceledException => "it did not answer in time",
        IOException => "it closed the connection",
        _ => fault.GetType().Name,
    };
}
