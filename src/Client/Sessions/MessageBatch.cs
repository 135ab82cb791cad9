using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Client.Sessions;

/// <summary>
/// How many messages one request carries: at most 1,000 and half a mebibyte as JSON, which stays under a mebibyte in any envelope. A longer message
/// travels alone.
/// </summary>
internal static class MessageBatch
{
    public const int MostMessages = 1_000;

    public const int MostBytes = 512 * 1024;

    /// <summary>The first messages that fit, at least one if there is one.</summary>
    public static List<SessionMessage> First(IEnumerable<SessionMessage> messages)
    {
        var batch = new List<SessionMessage>();
        var bytes = 0;
        foreach (var message in messages.Take(MostMessages))
        {
            bytes += JsonSerializer.SerializeToUtf8Bytes(message, ContractsJson.Options).Length;
            if (batch.Count > 0 && bytes > MostBytes)
                break;
            batch.Add(message);
        }

        return batch;
    }
}
