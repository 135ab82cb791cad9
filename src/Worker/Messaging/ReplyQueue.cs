namespace Millrace.Worker.Messaging;

/// <summary>
/// The queue behind an address that a message gives for its answer. It is a name on the request's own broker and nothing else: no answer goes to another
/// host, and none to a queue of the fleet, where it would be taken for a message of its sender.
/// </summary>
internal static class ReplyQueue
{
    /// <summary>The pseudo queue of RabbitMQ's direct reply-to: the broker puts the real name into <c>reply_to</c>.</summary>
    private const string Direct = "amq.rabbitmq.reply-to";

    private const int LongestName = 255;

    private static readonly string[] Ours = ["millrace.", "run."];

    /// <summary>In the name of the queue that each worker has for itself.</summary>
    private const string OfWorker = "millrace-worker";

    /// <param name="address">The envelope's <c>responseAddress</c>, if it has one.</param>
    /// <param name="replyTo">AMQP's <c>reply_to</c>, if it is set.</param>
    /// <param name="input">Where the message was received.</param>
    public static string? Of(Uri? address, string? replyTo, Uri input)
    {
        var name = address is null ? null : NameOf(address, input);
        if (name is null or Direct) name = replyTo;
        return string.IsNullOrEmpty(name) || name.Length > LongestName || IsOurs(name) ? null : name;
    }

    private static bool IsOurs(string name) =>
        Ours.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) || name.Contains(OfWorker, StringComparison.Ordinal);

    private static string? NameOf(Uri address, Uri input)
    {
        if (address.Scheme is "queue" or "exchange") return Uri.UnescapeDataString(address.AbsolutePath);
        if (!address.IsAbsoluteUri || address.Scheme is not ("rabbitmq" or "rabbitmqs" or "amqp" or "amqps" or "loopback")) return null;
        var (host, name) = Split(address);
        return host == Split(input).Host ? name : null;
    }

    /// <summary>Virtual host and name; the name of the machine is not compared, for it has several.</summary>
    private static (string Host, string Name) Split(Uri address)
    {
        var path = address.AbsolutePath;
        var end = path.LastIndexOf('/');
        return (path[..end].Trim('/'), Uri.UnescapeDataString(path[(end + 1)..]));
    }
}
