using Millrace.Client.Options;
using Millrace.Client.RabbitMq.Options;

namespace Millrace.Tests.Servers;

/// <summary>How long a test waits for something that is sure to come: so long that only a fault, and no slow machine, makes it fail.</summary>
internal static class Patience
{
    public static TimeSpan Long { get; } = TimeSpan.FromMinutes(3);

    /// <summary>A client that waits as long for all that is sure to be answered.</summary>
    public static void Give(MillraceClientOptions options) =>
        options.ReadyTimeout = options.PublishTimeout = options.AnswerTimeout = options.UnknownAfter = Long;

    /// <inheritdoc cref="Give(MillraceClientOptions)" />
    public static void Give(MillraceHttpOptions options) =>
        options.PublishTimeout = options.AnswerTimeout = options.UploadTimeout = options.UnknownAfter = Long;
}
