using Millrace.Tests.Servers;

namespace Millrace.Tests.Deploy;

[Integration]
public sealed class ComposeFileTests
{
    private const int CommandNotFound = 127;

    [Fact]
    public void It_has_a_broker_a_database_a_migration_workers_gateways_and_who_watches_them() =>
        Assert.Equal(["gateway", "grafana", "migrate", "postgres", "prometheus", "rabbitmq", "worker"], ComposeFile.Services.Keys.Order());

    [Theory]
    [InlineData("rabbitmq", 2)]
    [InlineData("postgres", 1)]
    [InlineData("worker", 1)]
    [InlineData("gateway", 1)]
    [InlineData("prometheus", 1)]
    [InlineData("grafana", 1)]
    public void Ports_are_open_on_loopback_only(string service, int count)
    {
        var ports = ComposeFile.List(service, "ports");

        Assert.Equal(count, ports.Count);
        Assert.All(ports, port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("rabbitmq")]
    [InlineData("postgres")]
    [InlineData("worker")]
    [InlineData("gateway")]
    [InlineData("prometheus")]
    [InlineData("grafana")]
    public void What_runs_on_has_a_health_check(string service) => Has(service, "    healthcheck:");

    [Theory]
    [InlineData("prometheus")]
    [InlineData("grafana")]
    public void Who_watches_comes_only_when_asked_for(string service) => Has(service, "profiles: [observability]");

    [Theory]
    [InlineData("rabbitmq: { condition: service_healthy }")]
    [InlineData("postgres: { condition: service_healthy }")]
    [InlineData("migrate: { condition: service_completed_successfully }")]
    public void A_worker_waits_for_what_it_needs(string condition) => Has("worker", condition);

    [Fact]
    public void A_worker_has_time_to_finish_and_can_be_scaled()
    {
        Has("worker", "stop_grace_period: 45s");
        Assert.DoesNotContain("container_name", ComposeFile.Services["worker"], StringComparison.Ordinal);
        Assert.Equal(["127.0.0.1::8080"], ComposeFile.List("worker", "ports"));
    }

    [Theory]
    [InlineData("worker")]
    [InlineData("gateway")]
    [InlineData("migrate")]
    public void Our_own_containers_have_no_rights_to_lose(string service)
    {
        Has(service, "read_only: true");
        Has(service, "tmpfs: [/tmp]");
        Has(service, "cap_drop: [ALL]");
        Has(service, "no-new-privileges:true");
    }

    [Fact]
    public void No_password_or_key_stands_in_it() =>
        Assert.DoesNotContain(ComposeFile.Services.Values.SelectMany(service => service.Split('\n')), IsSecretInTheOpen);

    [Fact]
    public async Task Compose_itself_accepts_it()
    {
        string[] check = ["--file", Path.Combine(TestPaths.Repository, "docker-compose.yml"), "config", "--quiet"];

        var answer = await CommandLineProcess.RunAsync(["docker-compose", .. check]);
        if (answer.ExitCode == CommandNotFound) answer = await CommandLineProcess.RunAsync(["docker", "compose", .. check]);

        Assert.SkipWhen(answer.ExitCode == CommandNotFound, "Neither docker-compose nor docker is installed; ./test.sh installs the first where there are Debian's packages.");
        Assert.True(answer.ExitCode == 0, answer.Error);
    }

    /// <summary>A gateway waits for what a worker waits for, can be scaled over a range of ports, and knows no provider's key.</summary>
    [Fact]
    public void A_gateway_can_be_scaled_and_has_no_providers_key()
    {
        Has("gateway", "migrate: { condition: service_completed_successfully }");
        Has("gateway", "8080-8089}:8080");
        Assert.DoesNotContain("container_name", ComposeFile.Services["gateway"], StringComparison.Ordinal);
        Assert.DoesNotContain("api_key", ComposeFile.Services["gateway"], StringComparison.Ordinal);
    }

    private static void Has(string service, string text) => Assert.Contains(text, ComposeFile.Services[service], StringComparison.Ordinal);

    /// <summary>A setting is named for a password or a key and is not the path of a file.</summary>
    private static bool IsSecretInTheOpen(string line) =>
        line.Split(": ", 2) is [var name, var value]
        && (name.Contains("Password", StringComparison.OrdinalIgnoreCase) || name.Contains("ApiKey", StringComparison.OrdinalIgnoreCase))
        && !value.StartsWith("/run/secrets/", StringComparison.Ordinal);
}
