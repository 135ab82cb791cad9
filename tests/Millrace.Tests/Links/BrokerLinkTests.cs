using System.Net;
using System.Text.Json;
using Millrace.Client;
using Millrace.Client.Errors;
using Millrace.Contracts;
using Millrace.Tests.Client.Fakes;
using Millrace.Tests.Gateway;
using Millrace.Tests.Servers;
using RabbitMQ.Client;

namespace Millrace.Tests.Links;

/// <summary>Processes of a fleet whose broker refuses them, has lost what they need, or does not let them consume.</summary>
[Integration]
public sealed class BrokerLinkTests(TestServers servers)
{
    private const string Simulated = "Simulated reply";

    private static readonly TimeSpan Patience = 2 * Servers.Patience.Long; // for what is tried again at longer and longer intervals
    private static readonly HttpClient Http = new() { Timeout = Servers.Patience.Long };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_login_that_is_refused_for_a_while_costs_no_consumer_neither_at_the_start_nor_later()
    {
        var broker = await servers.RabbitMqAsync();
        var address = new UriBuilder(await servers.CreateVirtualHostAsync()) { UserName = $"u{Guid.NewGuid():N}", Password = "right-word" };
        var virtualHost = Uri.UnescapeDataString(address.Path[1..]);
        await broker.ControlAsync("add_user", address.UserName, "wrong-word");
        await broker.ControlAsync("set_permissions", "-p", virtualHost, address.UserName, ".*", ".*", ".*");
        var database = await servers.CreateDatabaseAsync();
        await using var worker = await WorkerProcess.StartAsync(address.Uri.AbsoluteUri, database);
        await using var gateway = await WorkerProcess.StartAsync(address.Uri.AbsoluteUri, database, role: "gateway");
        var (client, end) = await Stage.ClientOfAServiceAsync(address.Uri.AbsoluteUri, options => options.ReadyTimeout = Patience);
        var early = AskEarlyAsync(client);

        WorkerProcess[] both = [worker, gateway];
        foreach (var process in both)
        {
            await process.WaitForLineAsync("refused the login", Patience);
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(process, "/health/live"));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(process, "/health/ready"));
            Assert.DoesNotContain(process.Lines, line => line.Contains(address.UserName, StringComparison.Ordinal) || line.Contains("right-word", StringComparison.Ordinal));
        }

        await broker.ControlAsync("change_password", address.UserName, "right-word");
        foreach (var process in both) await process.WaitReadyAsync(Patience);
        Assert.StartsWith(Simulated, (await early).Text, StringComparison.Ordinal);

        await broker.ControlAsync("change_password", address.UserName, "another-word");
        await broker.ControlAsync("close_all_connections", "-p", virtualHost, "a test");
        foreach (var process in both)
            await Until.TrueAsync(() => process.Lines.Count(line => line.Contains("refused the login", StringComparison.Ordinal)) >= 2, "the login is refused again");
        await broker.ControlAsync("change_password", address.UserName, "right-word");
        foreach (var process in both) await process.WaitReadyAsync(Patience);

        Assert.StartsWith(Simulated, (await client.GenerateAsync("again", cancellationToken: Token)).Text, StringComparison.Ordinal);
        foreach (var process in both)
            Assert.DoesNotContain(process.Lines, line => line.Contains(address.UserName, StringComparison.Ordinal) || line.Contains("right-word", StringComparison.Ordinal));
        await end();
    }

    /// <summary>The client may be let in before the first worker is, and is told then that none was ever here.</summary>
    private static async Task<GenerationCompleted> AskEarlyAsync(MillraceClient client)
    {
        while (true)
        {
            try
            {
                return await client.GenerateAsync("hello", cancellationToken: Token);
            }
            catch (NoWorkersException)
            {
                await Task.Delay(100, Token);
            }
        }
    }

    /// <summary>The queue is there with other properties, so nobody gets a consumer on it.</summary>
    [Theory]
    [InlineData("worker", "millrace.replay")]
    [InlineData("gateway", "millrace.webhooks")]
    public async Task A_process_that_cannot_consume_says_so_and_ends_with_a_code_of_its_own(string role, string queue)
    {
        var address = await servers.CreateVirtualHostAsync();
        await using var connection = await ConnectAsync(address);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: Token);

        await using var process = await WorkerProcess.StartAsync(
            address, await servers.CreateDatabaseAsync(), new Dictionary<string, string?> { ["Millrace__DeafAfter"] = "00:00:03" }, role: role);
        await process.WaitForLineAsync($"The queue {queue} has not been consumed from here", Patience);
        var health = await HealthAsync(process);

        Assert.Equal(4, await process.WaitForExitAsync(Patience));
        Assert.True(health is null || health.Value.GetProperty("details").GetProperty("endpoints").GetString()!.Contains(queue, StringComparison.Ordinal));
        Assert.Contains(process.Lines, line => line.Contains("only a new start can mend it", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_somebody_deletes_at_the_broker_comes_back_without_a_reconnection_and_meanwhile_the_health_says_so()
    {
        var address = await servers.CreateVirtualHostAsync();
        await using var worker = await WorkerProcess.StartAsync(address, await servers.CreateDatabaseAsync());
        await worker.WaitReadyAsync();
        var (client, end) = await Stage.ClientOfAServiceAsync(address, _ => { });
        await client.GenerateAsync("before", cancellationToken: Token);
        await using var connection = await ConnectAsync(address);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);

        string[] exchanges = ["Millrace.Contracts:GenerateRequested", "millrace.intake", "millrace.events", "Millrace.Contracts:ChunkProduced", "run.simulated.interactive"];
        foreach (var exchange in exchanges) await channel.ExchangeDeleteAsync(exchange, cancellationToken: Token);
        await Until.TrueAsync(async () => await HealthAsync(worker) is { } health && Check(health, "topology") == "Unhealthy", "the health speaks of the exchanges");
        await worker.WaitReadyAsync(Patience);

        foreach (var exchange in exchanges) await channel.ExchangeDeclarePassiveAsync(exchange, Token);
        Assert.StartsWith(Simulated, await GenerateAsync(client, "after"), StringComparison.Ordinal);

        await channel.ExchangeUnbindAsync("millrace.intake", "Millrace.Contracts:GenerateRequested", "", cancellationToken: Token);
        await channel.QueueUnbindAsync("run.simulated.interactive", "run.simulated.interactive", "", cancellationToken: Token);
        await channel.ExchangeUnbindAsync($"millrace-client-{client.Channel}", EventRouting.Exchange, $"*.{client.Channel}.*", cancellationToken: Token);
        Assert.StartsWith(Simulated, await GenerateAsync(client, "bound"), StringComparison.Ordinal);
        Assert.DoesNotContain(worker.Lines, line => line.Contains("consumed from again", StringComparison.Ordinal));
        await end();
    }

    [Theory]
    [InlineData(false, HttpStatusCode.OK)]
    [InlineData(true, HttpStatusCode.ServiceUnavailable)]
    public async Task A_gateway_without_a_living_worker_says_so_and_is_ready_unless_it_needs_one(bool needs, HttpStatusCode expected)
    {
        var database = await servers.CreateDatabaseAsync();
        await using var gateway = await WorkerProcess.StartAsync(
            await servers.CreateVirtualHostAsync(), database, new Dictionary<string, string?> { ["Millrace__Gateway__NeedsWorkers"] = needs.ToString() }, role: "gateway");
        await Until.TrueAsync(async () => await HealthAsync(gateway) is { } health && Check(health, "masstransit-millrace-bus") == "Healthy", "the gateway is connected");

        using var answer = await Http.GetAsync(new Uri(gateway.Url, "/health/ready"), Token);
        var health = await JsonAsync(answer);
        using var ask = new HttpRequestMessage(HttpMethod.Get, new Uri(gateway.Url, "/api/workers"));
        ask.Headers.Authorization = new("Bearer", await TestKeys.CreateAsync(database));
        using var listed = await Http.SendAsync(ask, Token);
        var workers = await JsonAsync(listed);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(needs ? "Unhealthy" : "Degraded", Check(health, "workers"));
        Assert.StartsWith("No worker is alive", health.GetProperty("details").GetProperty("workers").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, workers.GetProperty("alive").GetInt32());
        Assert.StartsWith("No worker is alive", workers.GetProperty("notice").GetString(), StringComparison.Ordinal);
    }

    /// <summary>As a caller does that repeats: the same request until it is taken.</summary>
    private static async Task<string> GenerateAsync(MillraceClient client, string prompt)
    {
        var request = new GenerateRequested { GenerationId = Guid.CreateVersion7(), Prompt = prompt };
        for (; ; )
        {
            try
            {
                return (await client.GenerateAsync(request, Token)).Text;
            }
            catch (Exception fault) when (fault is NoWorkersException or FleetUnreachableException)
            {
                await Task.Delay(200, Token);
            }
        }
    }

    private static Task<IConnection> ConnectAsync(string address) => new ConnectionFactory { Uri = new(address) }.CreateConnectionAsync(Token);

    private static string? Check(JsonElement health, string name) => health.GetProperty("checks").TryGetProperty(name, out var check) ? check.GetString() : null;

    private static async Task<HttpStatusCode> StatusAsync(WorkerProcess process, string path)
    {
        using var answer = await Http.GetAsync(new Uri(process.Url, path), Token);
        return answer.StatusCode;
    }

    /// <summary>Null when nobody answers.</summary>
    private static async Task<JsonElement?> HealthAsync(WorkerProcess process)
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri(process.Url, "/health/ready"), Token);
            return await JsonAsync(answer);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) => JsonElement.Parse(await answer.Content.ReadAsStringAsync(Token));
}
