using System.Net.Http.Json;
using System.Text.Json;

namespace Millrace.Tests.Servers;

/// <summary>
/// A Prometheus of this test's own, which scrapes what the test says, every second: the program in <c>MILLRACE_TEST_PROMETHEUS</c>, else the machine's. One that
/// already runs somewhere would not know what to scrape.
/// </summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private const string Variable = "MILLRACE_TEST_PROMETHEUS";

    private readonly ScratchFolder folder;
    private readonly GuardedProcess process;
    private readonly HttpClient http;

    private PrometheusServer(ScratchFolder folder, GuardedProcess process, Uri address) =>
        (this.folder, this.process, http) = (folder, process, new HttpClient { BaseAddress = address, Timeout = Patience.Long });

    /// <summary>Starts it and returns when it answers.</summary>
    /// <param name="targets">Whose <c>/metrics</c> it reads.</param>
    public static async Task<PrometheusServer> StartAsync(params Uri[] targets)
    {
        var program = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : "prometheus";
        var scratch = new ScratchFolder("prometheus");
        await File.WriteAllTextAsync(scratch.File("prometheus.yml"), $$"""
            global: { scrape_interval: 1s }
            scrape_configs:
              - job_name: millrace
                static_configs: [{ targets: [{{string.Join(", ", targets.Select(target => $"'{target.Authority}'"))}}] }]
            """);
        var address = new Uri($"http://127.0.0.1:{FreePorts.Next()}");
        var started = await GuardedProcess.StartAsync(
            [program, $"--config.file={scratch.File("prometheus.yml")}", $"--storage.tsdb.path={scratch.File("data")}", $"--web.listen-address={address.Authority}"],
            folder: scratch.Path);
        var server = new PrometheusServer(scratch, started, address);
        await server.WaitReadyAsync();
        return server;
    }

    /// <summary>What an expression gives now: the value of each series. Throws with what the server says of an expression that it cannot read.</summary>
    public async Task<IReadOnlyList<string>> QueryAsync(string expression)
    {
        using var answer = await http.PostAsync("api/v1/query", new FormUrlEncodedContent([new("query", expression)]));
        var result = await answer.Content.ReadFromJsonAsync<JsonElement>();
        if (result.GetProperty("status").GetString() != "success") throw new InvalidOperationException($"{result.GetProperty("error")} in {expression}");
        return [.. result.GetProperty("data").GetProperty("result").EnumerateArray().Select(series => series.GetProperty("value")[1].GetString()!)];
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await process.DisposeAsync();
        folder.Dispose();
    }

    private async Task WaitReadyAsync()
    {
        using var deadline = new CancellationTokenSource(Patience.Long);
        for (; ; await Task.Delay(50))
        {
            if (process.HasExited) throw new InvalidOperationException($"Prometheus ended with code {process.ExitCode} (127: not found; install it, or set {Variable}):\n{process.Output.Tail()}");
            try
            {
                using var answer = await http.GetAsync(new Uri("-/ready", UriKind.Relative));
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException) when (!deadline.IsCancellationRequested)
            {
                // It is still opening its port
            }
        }
    }
}
