using System.Collections.Concurrent;
using System.Diagnostics;
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

    private readonly IServerHost _host;
    private readonly Uri _root;
    private readonly Func<string[], Task<string>> _control;
    private readonly ConcurrentQueue<string> _made;
    private readonly RabbitMqManagement? _management;

    private RabbitMqServer(
        IServerHost host, Uri root, Func<string[], Task<string>> control, IEnumerable<string> made, RabbitMqManagement? management = null)
    {
        (_host, _root, _control, _made, _management) = (host, root, control, new(made), management);
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

    /// <summary>The address of a virtual host, as a connection string.</summary>
    public string Uri(string virtualHost) =>
        new UriBuilder(_root) { Path = System.Uri.EscapeDataString(virtualHost) }.Uri.AbsoluteUri;

    /// <summary>An own, empty virtual host: <c>amqp://guest:guest@127.0.0.1:25673/t7</c>.</summary>
    public async Task<string> CreateVirtualHostAsync()
    {
        if (_made.TryDequeue(out var made))
            return Uri(made);
        var name = $"t-{Guid.NewGuid():N}";
        if (_management is not null)
        {
            await _management.CreateVirtualHostAsync(name);
        }
        else
        {
            await _control(["add_vhost", name]);
            await _control(["set_permissions", "-p", name, "guest", ".*", ".*", ".*"]);
        }

        return Uri(name);
    }

    /// <summary>Runs <c>rabbitmqctl</c> on the node, to raise an alarm for example. Takes about a second and a half.</summary>
    public Task<string> ControlAsync(params string[] arguments) => _control(arguments);

    /// <summary>Ends the broker; it keeps its data and its address.</summary>
    public Task StopAsync(Stop how = Stop.Graceful) => _host.StopAsync(how);

    /// <summary>Starts the broker and returns when a client can connect.</summary>
    public async Task StartAsync()
    {
        await _host.StartAsync();
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
        if (_management is not null)
            await _management.DisposeAsync();
        await _host.DisposeAsync();
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

    private static RabbitMqServer Private(int virtualHosts)
    {
        var node = new PrivateRabbitMq(virtualHosts);
        return new RabbitMqServer(node, new Uri($"amqp://guest:guest@127.0.0.1:{node.Port}"), node.ControlAsync, node.VirtualHosts);
    }

    /// <summary>Returns when a whole handshake succeeds: the port opens before the node serves.</summary>
    private static async Task<RabbitMqServer> ReadyAsync(RabbitMqServer server)
    {
        var factory = new ConnectionFactory
        {
            Uri = server._root,
            AutomaticRecoveryEnabled = false,
            RequestedConnectionTimeout = TimeSpan.FromSeconds(5),
        };
        for (var started = Stopwatch.GetTimestamp(); ;)
        {
            server._host.ThrowIfDead();
            try
            {
                await using var connection = await factory.CreateConnectionAsync();
                await connection.CloseAsync();
                return server;
            }
            catch (BrokerUnreachableException) when (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(90))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }
    }
}
