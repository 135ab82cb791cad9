using Millrace.Client.Errors;

namespace Millrace.Client.Options;

/// <summary>How a <see cref="MillraceClient"/> reaches a gateway over HTTP, how long it waits, and how much it keeps in memory. Each time is between 1 ms and 1 day.</summary>
public sealed class MillraceHttpOptions
{
    /// <summary>The gateway, or what stands before several: <c>https://gateway.example.com</c>, with the path before <c>/api</c> if there is one. No user or password.</summary>
    /// <value>The default is the configuration's <c>ConnectionStrings:Millrace</c>.</value>
    public Uri? Gateway { get; set; }

    /// <summary>The API key, which also says whose the generations are. Only for a gateway that asks for none can it be left out.</summary>
    /// <value>The default is the configuration's <c>Millrace:ApiKey</c>.</value>
    public string? ApiKey { get; set; }

    /// <summary>
    /// How long one request is tried, over refused and lost connections and what passes by itself, before it fails with <see cref="FleetUnreachableException"/>
    /// or <see cref="RateLimitedException"/>.
    /// </summary>
    /// <value>The default is 10 seconds.</value>
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The same for a question that a worker answers, about a session or a model.</summary>
    /// <value>The default is 30 seconds.</value>
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The same for an upload.</summary>
    /// <value>The default is 2 minutes.</value>
    public TimeSpan UploadTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How long the gateway may say that it does not know a generation before <see cref="GenerationNotFoundException"/>. It bridges the
    /// moments between a request and its commit, for an id that another service has only just requested.
    /// </summary>
    /// <value>The default is 5 seconds.</value>
    public TimeSpan UnknownAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long nothing may arrive on an open stream before it is opened again behind its last chunk. Three times what the gateway lets pass between two signs of
    /// life (its <c>KeepAlive</c>) is good.
    /// </summary>
    /// <value>The default is 45 seconds.</value>
    public TimeSpan Silence { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>The most chunks kept in memory for one reader. For one that is slower than the model, no more is read from the connection until half of this is free.</summary>
    /// <value>The default is 1,000; at least 2.</value>
    public int StreamBuffer { get; set; } = 1_000;

    /// <summary>The largest request as JSON, in bytes. Gateways and workers refuse more than their own limits, which are 4 MiB by default too.</summary>
    /// <value>The default is 4,194,304; at least 1.</value>
    public int MaxRequestBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>The largest upload in bytes; gateways take 20 MiB.</summary>
    /// <value>The default is 20,971,520; 1 to 20,971,520.</value>
    public int MaxAttachmentBytes { get; set; } = 20 * 1024 * 1024;
}
