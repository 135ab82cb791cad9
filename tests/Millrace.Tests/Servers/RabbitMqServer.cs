using System.Collections.Concurrent;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Testcontainers.RabbitMq;

namespace Millrace.Tests.Servers;

/// <summary>
/// A RabbitMQ broker for tests: the one at <c>MILLRACE_TEST_RABBITMQ</c>, else one in a container where an engine answers, else a
/// private node of this machine. Tests are kept apart by virtual hosts.
/// </summary>
public sealed class RabbitMqServer : IAsyncDisposable
{
    private const string Variable = "MILLRACE_TEST_RABBITMQ";
    private const string Image = "rabbitmq:3.13";

    private readonly IServerHost host;
    private readonly Uri root;
    private readonly Func<string[], Task<string>> control;
    private readonly ConcurrentQueue<string> made;
    private readonly RabbitMqManagement? management;

    private RabbitMqServer(
        IServerHost host, Uri root, Func<string[], Task<string>> control, IEnumerable<string> made, RabbitMqManagement? management = null)
    {
        (this.host, this.root, this.control, this.made, this.management) = (host, root, control, new(made), management);
    }

    /// <summary>The broker that all tests share.</summary>
    public static async Task<RabbitMqServer> StartSharedAsync() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } address
            ? await ReadyAsync(Foreign(new Uri(address)))
            : await StartPrivateAsync(virtualHosts: 96);

    /// <summary>A broker for one test, to be stopped and started. Dispose it.</summary>
    public static async Task<RabbitMqServer> StartPrivateAsync(int virtualHosts = 4)
    {
        var server = await DockerEngine.AnswersAsync() ? Container() : Private(virtualHosts);
        await server.StartAsync();
        return server;
    }

    /// <summary>A broker of this machine for one test, with a certificate of that authority. Dispose it.</summary>
    internal static async Task<(RabbitMqServer Server, int TlsPort)> StartSecureAsync(PrivateAuthority authority)
    {
        var node = new PrivateRabbitMq(virtualHosts: 0, authority);
        var server = Private(node);
        await server.StartAsync();
        return (server, node.TlsPort);
    }

    /// <summary>The address of a virtual host, as a connection string.</summary>
    public string Uri(string virtualHost) =>
        new UriBuilder(this.root) { Path = System.Uri.EscapeDataString(virtualHost) }.Uri.AbsoluteUri;

    /// <summary>An own, empty virtual host: <c>amqp://guest:guest@127.0.0.1:25673/t7</c>.</summary>
    public async Task<string> CreateVirtualHostAsync()
    {
        if (this.made.TryDequeue(out var made))
            return Uri(made);
        var name = $"t-{Guid.NewGuid():N}";
        if (this.management is not null)
        {
            await this.management.CreateVirtualHostAsync(name);
        }
        else
        {
            await this.control(["add_vhost", name]);
            await this.control(["set_permissions", "-p", name, "guest", ".*", ".*", ".*"]);
        }

        return Uri(name);
    }

    /// <summary>Runs <c>rabbitmqctl</c> on the node, to raise an alarm for example. Takes about a second and a half.</summary>
    public Task<string> ControlAsync(params string[] arguments) => this.control(arguments);

    /// <summary>Ends the broker; it keeps its data and its address.</summary>
    public Task StopAsync(Stop how = Stop.Graceful) => this.host.StopAsync(how);

    /// <summary>Starts the broker and returns when a client can connect.</summary>
    public async Task StartAsync()
    {
        await this.host.StartAsync();
        await ReadyAsync(this);
    }

    /// <summary>Stops and starts.</summary>
    public async Task RestartAsync(Stop how = Stop.Graceful)
    {
        await StopAsync(how);
        await StartAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (this.management is not null)
            await this.management.DisposeAsync();
        await this.host.DisposeAsync();
    }

    private static RabbitMqServer Foreign(Uri address) => new(
        new ForeignHost(Variable),
        address,
        _ => throw new InvalidOperationException($"rabbitmqctl cannot reach the server of {Variable}. Start a private one instead."),
        [],
        new RabbitMqManagement(address));

    private static RabbitMqServer Container()
    {
        var port = FreePorts.Next();
        var container = new RabbitMqBuilder(Image).WithUsername("guest").WithPassword("guest").WithPortBinding(port, 5672).Build();
        return new RabbitMqServer(
            new ContainerHost(container),
            new Uri($"amqp://guest:guest@127.0.0.1:{port}"),
            arguments => DockerEngine.RunAsync(["exec", container.Id, "rabbitmqctl", .. arguments]),
            []);
    }

    private static RabbitMqServer Private(int virtualHosts) => Private(new PrivateRabbitMq(virtualHosts));

    private static RabbitMqServer Private(PrivateRabbitMq node) =>
        new(node, new Uri($"amqp://guest:guest@127.0.0.1:{node.Port}"), node.ControlAsync, node.VirtualHosts);

    /// <summary>Returns when a whole handshake succeeds: the port opens before the node serves.</summary>
    private static async Task<RabbitMqServer> ReadyAsync(RabbitMqServer server)
    {
        var factory = new ConnectionFactory
        {
            Uri = server.root,
            AutomaticRecoveryEnabled = false,
            RequestedConnectionTimeout = TimeSpan.FromSeconds(30),
        };
        using var deadline = new CancellationTokenSource(Patience.Long);
        while (true)
        {
            server.host.ThrowIfDead();
            try
            {
                await using var connection = await factory.CreateConnectionAsync();
                await connection.CloseAsync();
                return server;
            }
            catch (BrokerUnreachableException) when (!deadline.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }
    }
}
