using Millrace.Client.Errors;

namespace Millrace.Client.RabbitMq.Options;

/// <summary>How a <see cref="MillraceClient"/> connects, how long it waits, and how much it keeps in memory. Each time is between 1 ms and 1 day.</summary>
public sealed class MillraceClientOptions
{
    /// <summary>
    /// The broker: <c>amqp://user:password@host:5672/vhost</c>; <c>rabbitmq://</c> means the same, <c>amqps://</c> and <c>rabbitmqs://</c> use
    /// TLS with the server's certificate checked in full. Not used by a client on a bus of the caller.
    /// </summary>
    /// <value>The default is the configuration's <c>ConnectionStrings:RabbitMq</c>.</value>
    public string? RabbitMq { get; set; }

    /// <summary>
    /// Whether each message names the broker's account that sends it, in the AMQP property <c>user-id</c>. Workers that bind accounts to tenants
    /// (<c>Millrace:Producers</c>) refuse what does not. The account is the user of <see cref="RabbitMq"/>, unless <see cref="UserId"/> says otherwise.
    /// </summary>
    /// <value>The default is false.</value>
    public bool SendUserId { get; set; }

    /// <summary>
    /// The account for <see cref="SendUserId"/> where the address does not tell it: on a bus of the caller, or where the broker names its users in another way. The broker
    /// refuses a message with another name than the connection's.
    /// </summary>
    /// <value>The default is the user of <see cref="RabbitMq"/>.</value>
    public string? UserId { get; set; }

    /// <summary>How long a call waits for the broker connection before it fails with <see cref="FleetUnreachableException"/>.</summary>
    /// <value>The default is 30 seconds.</value>
    public TimeSpan ReadyTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one request waits for the broker's confirmation before it fails with <see cref="FleetUnreachableException"/>.</summary>
    /// <value>The default is 10 seconds.</value>
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The largest request as JSON, in bytes. Workers refuse more than their own limit, which is 4 MiB by default too.</summary>
    /// <value>The default is 4,194,304; at least 1.</value>
    public int MaxRequestBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>The largest upload in bytes. Workers refuse to use more than their own limit, which is 20 MiB by default too.</summary>
    /// <value>The default is 20,971,520; 1 to 104,857,600.</value>
    public int MaxAttachmentBytes { get; set; } = 20 * 1024 * 1024;

    /// <summary>
    /// The most chunks kept in memory for one reader. What a slow reader has no room for is dropped and fetched again from the
    /// fleet's log when half of this is free.
    /// </summary>
    /// <value>The default is 1,000; at least 2.</value>
    public int StreamBuffer { get; set; } = 1_000;

    /// <summary>How long to wait for missing chunks before asking again. The first time is at once.</summary>
    /// <value>The default is 1 second.</value>
    public TimeSpan GapRetry { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long nothing may be heard of a generation that somebody waits for before the fleet's log is asked. Doubles with each
    /// silent answer up to <see cref="LongestSilence"/>.
    /// </summary>
    /// <value>The default is 5 seconds.</value>
    public TimeSpan Silence { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest pause between two questions about a silent generation.</summary>
    /// <value>The default is 30 seconds.</value>
    public TimeSpan LongestSilence { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the fleet may say that it does not know a generation before <see cref="GenerationNotFoundException"/>. It bridges the
    /// moments between a request and its commit, for an id that another service has only just requested.
    /// </summary>
    /// <value>The default is 5 seconds.</value>
    public TimeSpan UnknownAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a question to the workers, about a session, a model or a piece of an upload, waits for a worker's answer before it fails with <see cref="FleetUnreachableException"/>.</summary>
    /// <value>The default is 30 seconds.</value>
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long such a call waits before it asks again, in case the answer was lost.</summary>
    /// <value>The default is 2 seconds.</value>
    public TimeSpan AnswerRetry { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a queue of this client may go without its consumer, while the broker answers, before that is logged as an error and the queue is opened anew.
    /// </summary>
    /// <value>The default is 1 minute.</value>
    public TimeSpan DeafAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Events that the broker sends ahead of their handling.</summary>
    /// <value>The default is 1,000; 1 to 65,535.</value>
    public int Prefetch { get; set; } = 1_000;
}
