using System.Net;
using System.Net.Sockets;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Hosting;

[Integration]
public sealed class ServeTests(TestServers servers)
{
    private static readonly HttpClient Http = new() { Timeout = Patience.Long };

    [Theory]
    [InlineData("Millrace__MaxOutputCharacters", "0", "Millrace:MaxOutputCharacters is 0; it must be between 1 and 4000000.")]
    [InlineData("Millrace__MaxOutputCharacters", "many", "Millrace:MaxOutputCharacters")]
    [InlineData("Millrace__MigrateOnStart", "false", "The database lacks the migrations")]
    [InlineData("Millrace__Providers__mine__Endpoint", "ftp://host", "Millrace:Providers:mine:Endpoint")]
    [InlineData("Millrace__Providers__mine__Endpont", "http://host", "Millrace:Providers:mine:Endpont is not a setting.")]
    [InlineData("Millrace__McpServers__mine__Comand", "server", "Millrace:McpServers:mine:Comand is not a setting.")]
    [InlineData("ConnectionStrings__RabbitMq", "amqp://host/", "ConnectionStrings:RabbitMq is set and ConnectionStrings:Postgres is not.")]
    public async Task A_setting_that_is_wrong_ends_the_start_with_a_sentence(string name, string value, string message)
    {
        using var folder = new ScratchFolder("serve");

        var ended = await LocalCommand.RunAsync(["serve"], new Dictionary<string, string?>
        {
            [name] = value,
            ["Millrace__Database"] = folder.File("millrace.db"),
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
        });

        Assert.Equal(2, ended.ExitCode);
        Assert.Contains(message, ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Output + ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", ended.Output + ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ready_says_whether_the_database_answers_and_live_that_the_process_does()
    {
        await using var postgres = await PostgresServer.StartPrivateAsync();
        await using var worker = await LocalWorker.StartAsync(await servers.CreateVirtualHostAsync(), await postgres.CreateDatabaseAsync());
        await worker.WaitReadyAsync();
        Assert.Contains("\"database\":\"Healthy\"", await Http.GetStringAsync(new Uri(worker.Url, "/health/ready")), StringComparison.Ordinal);

        await postgres.StopAsync();
        await UntilAsync(worker, HttpStatusCode.ServiceUnavailable);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(worker, "/health/live"));
        await postgres.StartAsync();
        await UntilAsync(worker, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Ready_says_whether_the_broker_answers()
    {
        await using var rabbit = await RabbitMqServer.StartPrivateAsync();
        await using var worker = await LocalWorker.StartAsync(await rabbit.CreateVirtualHostAsync(), await servers.CreateDatabaseAsync());
        await worker.WaitReadyAsync();

        await rabbit.StopAsync();
        await UntilAsync(worker, HttpStatusCode.ServiceUnavailable);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(worker, "/health/live"));
        await rabbit.StartAsync();
        await UntilAsync(worker, HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_worker_that_is_told_to_stop_while_it_waits_for_its_database_has_not_failed()
    {
        await using var worker = await WorkerProcess.StartAsync(
            await servers.CreateVirtualHostAsync(), $"Host=127.0.0.1;Port={FreePorts.Next()};Database=none;Username=nobody");
        await worker.WaitForLineAsync("The database does not answer");

        Assert.Equal(0, await worker.TerminateAsync());
        Assert.DoesNotContain(worker.Lines, line => line.StartsWith("A task was canceled", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_worker_beside_another_program_on_the_usual_port_takes_a_free_one()
    {
        using var usual = new TcpListener(IPAddress.Loopback, 8080);
        try
        {
            usual.Start();
        }
        catch (SocketException)
        {
            // Somebody else has it: just as well.
        }

        await using var worker = await WorkerProcess.StartAsync(settings: new Dictionary<string, string?> { ["ASPNETCORE_URLS"] = null });
        var line = await worker.WaitForLineAsync("Now listening on: ");
        var url = new Uri(line[line.IndexOf("http", StringComparison.Ordinal)..]);

        Assert.NotEqual(8080, url.Port);
        Assert.Equal(HttpStatusCode.OK, (await Http.GetAsync(new Uri(url, "/health/live"))).StatusCode);
    }

    private static Task UntilAsync(IWorker worker, HttpStatusCode expected) =>
        Until.EqualAsync(expected, () => StatusAsync(worker, "/health/ready"), "/health/ready");

    private static async Task<HttpStatusCode> StatusAsync(IWorker worker, string path)
    {
        using var answer = await Http.GetAsync(new Uri(worker.Url, path));
        return answer.StatusCode;
    }
}
