using System.Text.Json;

namespace Millrace.Tests.Servers;

/// <summary>
/// A RabbitMQ node from the machine's own package, with everything of its own: name, ports, cookie, port mapper, folders. Nothing of
/// it is shared with a node that the machine may already run. Starts in about 7 s on two cores.
/// </summary>
internal sealed class PrivateRabbitMq : IServerHost
{
    // The package's script in /usr/sbin changes the user and the folder; the one behind it runs as whoever calls it.
    private const string Scripts = "/usr/lib/rabbitmq/bin/";

    private readonly ScratchFolder folder = new("rabbitmq");
    private readonly int mapperPort = FreePorts.Next();
    private readonly Dictionary<string, string?> environment;
    private readonly PrivateAuthority? authority;
    private GuardedProcess? mapper;
    private GuardedProcess? node;

    /// <param name="virtualHosts">How many to make while it starts, where they cost almost nothing.</param>
    /// <param name="authority">Whose certificate it shows at <see cref="TlsPort"/>. Default: it speaks no TLS.</param>
    public PrivateRabbitMq(int virtualHosts, PrivateAuthority? authority = null)
    {
        this.authority = authority;
        VirtualHosts = [.. Enumerable.Range(1, virtualHosts).Select(n => $"t{n}")];
        environment = new()
        {
            ["HOME"] = folder.Path,
            ["ERL_EPMD_PORT"] = $"{mapperPort}",
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODENAME"] = $"millrace-{Port}@localhost",
            ["RABBITMQ_NODE_PORT"] = $"{Port}",
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_DIST_PORT"] = $"{FreePorts.Next()}",
            // Schedulers that have nothing to do sleep instead of spinning: the processors are the tests'
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none",
            ["RABBITMQ_MNESIA_BASE"] = folder.File("data"),
            ["RABBITMQ_LOG_BASE"] = folder.File("log"),
            ["RABBITMQ_LOGS"] = "-",
            ["RABBITMQ_PID_FILE"] = folder.File("pid"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = folder.File("plugins"),
            ["RABBITMQ_CONFIG_FILE"] = folder.File("rabbitmq.conf"),
            ["RABBITMQ_CONFIG_FILES"] = folder.File("conf.d"),
            ["RABBITMQ_ADVANCED_CONFIG_FILE"] = folder.File("advanced.config"),
            ["RABBITMQ_CONF_ENV_FILE"] = folder.File("rabbitmq-env.conf"),
            // The script then becomes the node instead of staying beside it, so that a signal reaches the node itself.
            ["RUNNING_UNDER_SYSTEMD"] = "true",
        };
        WriteFiles();
    }

    public int Port { get; } = FreePorts.Next();

    public int TlsPort { get; } = FreePorts.Next();

    /// <summary>Whether this machine has the package.</summary>
    public static bool IsInstalled => File.Exists(Scripts + "rabbitmq-server");

    public IReadOnlyList<string> VirtualHosts { get; }

    public async Task StartAsync()
    {
        mapper ??= await GuardedProcess.StartAsync(["epmd", "-port", $"{mapperPort}", "-address", "127.0.0.1"], environment);
        this.node = await GuardedProcess.StartAsync([Scripts + "rabbitmq-server"], environment, folder.Path);
    }

    public async Task StopAsync(Stop how)
    {
        if (this.node is null)
            return;
        await this.node.SignalAsync(how == Stop.Hard ? "KILL" : "TERM");
        await this.node.WaitForExitAsync();
        await this.node.DisposeAsync();
        this.node = null;
    }

    /// <summary>Runs <c>rabbitmqctl</c> against this node; about a second and a half.</summary>
    public async Task<string> ControlAsync(params string[] arguments)
    {
        // Clients can connect a moment before the node takes commands
        if (this.node is { } running) await running.Output.WaitForLineAsync("Server startup complete");
        return (await CommandLineProcess.RunAsync([Scripts + "rabbitmqctl", .. arguments], environment)).OutputOrThrow($"rabbitmqctl {arguments[0]}");
    }

    public void ThrowIfDead()
    {
        if (this.node is { HasExited: true } node)
            throw new InvalidOperationException($"RabbitMQ ended with code {node.ExitCode}:\n{node.Output.Tail()}");
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(Stop.Hard);
        if (mapper is not null)
            await mapper.DisposeAsync();
        folder.Dispose();
    }

    private void WriteFiles()
    {
        var cookie = folder.File(".erlang.cookie");
        File.WriteAllText(cookie, Guid.NewGuid().ToString("N"));
        File.SetUnixFileMode(cookie, UnixFileMode.UserRead);
        File.WriteAllText(folder.File("plugins"), "[].");
        File.WriteAllText(folder.File("rabbitmq.conf"), $"load_definitions = {folder.File("definitions.json")}\n{Tls()}");
        File.WriteAllText(folder.File("definitions.json"), Definitions());
    }

    private string Tls() => authority is null ? "" : $"""
        listeners.ssl.1 = 127.0.0.1:{TlsPort}
        ssl_options.cacertfile = {authority.Certificate}
        ssl_options.certfile = {authority.ServerCertificate}
        ssl_options.keyfile = {authority.ServerKey}
        ssl_options.verify = verify_none

        """;

    private string Definitions()
    {
        string[] all = ["/", .. VirtualHosts];
        return JsonSerializer.Serialize(new
        {
            users = new[] { new { name = "guest", password = "guest", tags = "administrator" } },
            vhosts = all.Select(name => new { name }),
            permissions = all.Select(vhost => new { user = "guest", vhost, configure = ".*", write = ".*", read = ".*" }),
        });
    }
}
