using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Millrace.Gateway.Settings;
using Millrace.Persistence.Sql;

namespace Millrace.Gateway.Access;

/// <summary>
/// Whether callers need a key: yes, unless one process is everything and only this machine reaches it. Known when the server listens on all its addresses;
/// calls that come before wait for it.
/// </summary>
internal sealed class KeyRule(IServer server, IDatabase database, IConfiguration configuration, IOptions<GatewayOptions> options) : IHostedLifecycleService
{
    private readonly TaskCompletionSource<bool> decided = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<bool> AsksForKeysAsync(CancellationToken cancellation) => decided.Task.WaitAsync(cancellation);

    /// <summary>What is plain from the settings is refused before anything has begun.</summary>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (options.Value.RequireKeys != false) return Task.CompletedTask;
        if (IsFleet) throw Refused("this gateway belongs to a fleet (ConnectionStrings are set)");
        if (Configured().FirstOrDefault(address => !IsLoopback(address)) is { } outside) throw Reachable(outside);
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var open = server.Features.Get<IServerAddressesFeature>()?.Addresses.ToList() ?? [];
        var outside = open.Find(address => !IsLoopback(address));
        if (options.Value.RequireKeys == false && (open.Count == 0 || outside is not null))
            throw Reachable(outside ?? "an unknown address");
        decided.TrySetResult(options.Value.RequireKeys ?? (IsFleet || open.Count == 0 || outside is not null));
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private bool IsFleet => database is PostgresDatabase;

    /// <summary>Whether only this machine gets there: a loopback address, or a socket in its file system.</summary>
    internal static bool IsLoopback(string address)
    {
        var bound = BindingAddress.Parse(address);
        return bound.IsUnixPipe || bound.IsNamedPipe || IsLoopbackHost(bound.Host);
    }

    /// <summary>Whether a name stands for this machine whatever a name server says.</summary>
    internal static bool IsLoopbackHost(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private IEnumerable<string> Configured() =>
    [
        .. configuration["urls"]?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [],
        .. configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>(),
    ];

    private static OptionsValidationException Reachable(string address) => Refused($"the server listens on {address}, which others can reach");

    private static OptionsValidationException Refused(string because) => new(GatewayOptions.Section, typeof(GatewayOptions),
        [$"Millrace:Gateway:RequireKeys is false, and {because}. Keys can be left out only by one process that listens on loopback (ASPNETCORE_URLS=http://127.0.0.1:8080); else remove the setting and make keys with 'keys create'."]);
}
