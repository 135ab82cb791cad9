using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Millrace.Client;
using Millrace.Engine.Tools;
using Millrace.Persistence.Sql;
using Millrace.Providers.Registry;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;
using Millrace.Worker.Hosting;

namespace Millrace.Tests.Embedded;

/// <summary>A whole worker and a client of it in this process: the bus in memory, everything else in one file.</summary>
internal sealed class EmbeddedWorker(IHost host) : IAsyncDisposable
{
    public MillraceClient Client { get; } = host.Services.GetRequiredService<MillraceClient>();

    public IServiceProvider Services => host.Services;

    public static Task<EmbeddedWorker> StartAsync(string file, ScriptedProvider provider, params (string Name, string Value)[] settings) =>
        StartAsync(file, provider, new LocalTools(), settings);

    public static Task<EmbeddedWorker> StartAsync(string file, ScriptedProvider provider, LocalTools tools, params (string Name, string Value)[] settings) =>
        StartAsync(file, provider, tools, ProviderKinds.Shipped, TimeProvider.System, settings);

    /// <summary>With kinds of providers of its program's own.</summary>
    public static Task<EmbeddedWorker> StartAsync(string file, ScriptedProvider provider, ProviderKinds kinds, params (string Name, string Value)[] settings) =>
        StartAsync(file, provider, new LocalTools(), kinds, TimeProvider.System, settings);

    /// <summary>With services of the test's own, behind those of the worker.</summary>
    public static Task<EmbeddedWorker> StartWithAsync(
        string file, ScriptedProvider provider, Action<IServiceCollection> add, params (string Name, string Value)[] settings) =>
        StartAsync(file, provider, new LocalTools(), ProviderKinds.Shipped, TimeProvider.System, settings, add);

    /// <summary>With tools and with services of the test's own.</summary>
    public static Task<EmbeddedWorker> StartWithAsync(
        string file, ScriptedProvider provider, LocalTools tools, Action<IServiceCollection> add, params (string Name, string Value)[] settings) =>
        StartAsync(file, provider, tools, ProviderKinds.Shipped, TimeProvider.System, settings, add);

    /// <summary>With a clock that stands still: what only happens because time has passed, such as a look of the sweeper, does not.</summary>
    public static Task<EmbeddedWorker> StartTimelessAsync(string file, ScriptedProvider provider) =>
        StartAsync(file, provider, new LocalTools(), ProviderKinds.Shipped, new FakeTimeProvider(TimeProvider.System.GetUtcNow()), []);

    public async Task<T> QueryAsync<T>(string sql) where T : notnull =>
        (await Services.GetRequiredService<IDatabase>().QueryAsync(sql, row => row.GetOnly<T>(), CancellationToken.None)).Single();

    private static async Task<EmbeddedWorker> StartAsync(
        string file, ScriptedProvider provider, LocalTools tools, ProviderKinds kinds, TimeProvider time, (string Name, string Value)[] settings,
        Action<IServiceCollection>? add = null)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Millrace:Database"] = file,
            ["Millrace:DrainTime"] = "00:00:00",
            ["Millrace:HeartbeatInterval"] = "00:00:00.200",
            ["Millrace:DeadAfter"] = "00:10:00",
            ["Millrace:SweepInterval"] = "00:00:00.200",
            ["Millrace:Providers:scripted:Endpoint"] = provider.Endpoint.ToString(),
            ["Millrace:Providers:scripted:ApiKey"] = "sk-embedded",
            ["Millrace:Providers:scripted:DefaultModel"] = "m",
        });
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value));
        builder.Services.AddSingleton(time).AddSingleton(tools).AddSingleton(kinds).AddWorker(builder.Configuration, null).AddEmbeddedClient();
        add?.Invoke(builder.Services);
        var host = builder.Build();
        await host.StartAsync();
        return new EmbeddedWorker(host);
    }

    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(Patience.Long);
        await host.StopAsync(deadline.Token);
        if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
    }
}
