using Millrace.Dialects.OpenAI;

namespace Millrace.Gateway.Settings;

/// <summary>The gateway's settings, section <c>Millrace:Gateway</c>. Times are <c>hh:mm:ss</c>.</summary>
public sealed class GatewayOptions
{
    public const string Section = "Millrace:Gateway";

    /// <summary>The largest body of a request in bytes, 1 KiB to 16 MiB. Default: 4 MiB, which is what the workers take.</summary>
    public int MaxBodyBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>The largest file for batches in bytes, 1 KiB to 100 GiB. Default: 512 MiB. It goes to the database as it comes, whatever its size.</summary>
    public long MaxFileBytes { get; set; } = 512L * 1024 * 1024;

    /// <summary>How long a call that waits for a whole answer waits, 1 s to 1 h. The generation goes on. Default: 9 min, before OpenAI's clients give up after 10 and send again.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromMinutes(9);

    /// <summary>How long an open stream is silent before it gets a comment that keeps it open, 0.1 s to 1 min. Default: 15 s.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long calls and streams that cannot be resumed go on when the gateway is told to stop, 0 to 1 min. Default: 5 s.</summary>
    public TimeSpan CloseAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Model names of one's own for <c>provider/model</c>: the OpenAI face and <c>model</c> anywhere else take them. Default: none.</summary>
    public IDictionary<string, string> Aliases { get; set; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// What becomes of tools in a response's request that OpenAI would run itself, <c>web_search</c> and the like: <c>PassOver</c>, and the model is not told of them,
    /// or <c>Refuse</c>. Default: PassOver; programs such as the Codex CLI name them with every request.
    /// </summary>
    public BuiltInTools BuiltInTools { get; set; }

    /// <summary>Origins of web pages that may call, for example <c>https://app.example.com</c>; <c>*</c> for all. Default: none.</summary>
    public IList<string> AllowedOrigins { get; set; } = [];

    /// <summary>
    /// Whether callers need an API key. Default: yes, but not for one process without connection strings that listens on loopback only. False anywhere else
    /// is refused.
    /// </summary>
    public bool? RequireKeys { get; set; }

    /// <summary>
    /// Whether a gateway is unready (503) while no worker is alive. Default: no. It takes requests without one, and they wait; <c>/health/ready</c> says so.
    /// </summary>
    public bool NeedsWorkers { get; set; }
    /// Calls of one key that wait for an answer, hold a stream open or carry a file, at this gateway at a time, 1 to 1,000,000; where no keys are asked for, of
    /// everybody together. Default: 2,500.
    /// </summary>
    public int MaxOpenCallsPerKey { get; set; } = 2500;

    /// <summary>Keys that nobody has, from one address within a minute, before more are refused without a look into the database, 1 to 1,000,000. Default: 60.</summary>
    public int UnknownKeysPerMinute { get; set; } = 60;

    /// <summary>What a tenant may keep.</summary>
    public QuotaOptions Quotas { get; set; } = new();

    public WebhookOptions Webhooks { get; set; } = new();
}
