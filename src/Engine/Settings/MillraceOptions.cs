namespace Millrace.Engine.Settings;

/// <summary>The worker's settings, section <c>Millrace</c>. Times are <c>hh:mm:ss</c>.</summary>
public sealed class MillraceOptions
{
    public const string Section = "Millrace";

    /// <summary>As the tenant of an account: it may act for all.</summary>
    public const string EveryTenant = "*";

    /// <summary>What <c>serve</c> is: Worker, Gateway or All. Default: Worker in a fleet, and All without connection strings.</summary>
    public Role? Role { get; set; }

    /// <summary>Who answers a request that names no provider. Default: the only real provider if there is exactly one, <c>simulated</c> if there is none, else nobody.</summary>
    public string? DefaultProvider { get; set; }

    /// <summary>Apply missing migrations on start. Default: true.</summary>
    public bool MigrateOnStart { get; set; } = true;

    /// <summary>Where the embedded default keeps everything. Default: <c>millrace.db</c> in the working folder.</summary>
    public string Database { get; set; } = "millrace.db";

    /// <summary>The largest request in bytes, envelope included, 1 KiB to 16 MiB. Default: 4 MiB.</summary>
    public int MaxRequestBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>The largest attachment in bytes, 1 to 100 MiB. Default: 20 MiB.</summary>
    public int MaxAttachmentBytes { get; set; } = 20 * 1024 * 1024;

    /// <summary>How long stored bytes outlive their last use by a request or a session's turn, at least 1 day. Default: 30 days.</summary>
    public TimeSpan ContentRetention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>The longest answer in characters, 1 to 4,000,000. Default: 1,000,000.</summary>
    public int MaxOutputCharacters { get; set; } = 1_000_000;

    /// <summary>Renewal of the worker's heartbeat, 0.1 s to 10 s. Default: 1 s.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>A heartbeat older than this is a dead worker's; at least three intervals. Default: 6 s.</summary>
    public TimeSpan DeadAfter { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>
    /// A queue that is not consumed from for so long, while the broker answers, makes the process unready; after twice as long it drains and ends with exit code 4.
    /// 1 s to 1 h. Default: 1 min.
    /// </summary>
    public TimeSpan DeafAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often the sweeper looks, 0.1 s to 1 min. Default: 1 s.</summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>On shutdown, how long running generations may go on before they are handed back, 0 to 10 min. Default: 20 s.</summary>
    public TimeSpan DrainTime { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long the chunk log outlives its generation, at least 1 min. Default: 24 h.</summary>
    public TimeSpan ChunkRetention { get; set; } = TimeSpan.FromHours(24);

    /// <summary>What tenants may spend. Default: empty, and nobody has a limit.</summary>
    public IList<TenantSetting> Tenants { get; set; } = [];

    /// <summary>What provider accounts allow, kept by the whole fleet. Default: empty; nothing is limited.</summary>
    public IList<LimitSetting> Limits { get; set; } = [];

    /// <summary>How calls of a tool are made, by its name, where that is not to be as its owner says. Default: empty.</summary>
    public IDictionary<string, ToolSetting> Tools { get; set; } = new Dictionary<string, ToolSetting>(StringComparer.OrdinalIgnoreCase);

    /// <summary>MCP servers whose tools become this worker's, by a name of one's own. Default: empty.</summary>
    public IDictionary<string, McpServerSetting> McpServers { get; set; } = new Dictionary<string, McpServerSetting>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Which tenant each of the broker's accounts may act for, by the account's name: a tenant, or <c>*</c> for all. Default: empty, and whoever may publish acts
    /// for any tenant.
    /// </summary>
    public IDictionary<string, string> Producers { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// With <see cref="Producers"/>: whether a message is refused that does not name its account in the AMQP property <c>user-id</c>, or names one that is not
    /// listed. False only while producers are being changed over. Default: true.
    /// </summary>
    public bool RequireProducer { get; set; } = true;

    /// <summary>Whether this process names its account in what it publishes. Default: where <see cref="Producers"/> has entries.</summary>
    public bool? SendUserId { get; set; }

    public BatchOptions Batches { get; set; } = new();

    public ChunkOptions Chunks { get; set; } = new();

    public RetryOptions Retry { get; set; } = new();
}
