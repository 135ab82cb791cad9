using System.Security.Authentication;
using Millrace.Client.Errors;
using Millrace.Client.RabbitMq.Addresses;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Roles;

/// <summary>Broker and database with certificates of an authority that only the settings know.</summary>
[Collection(RoleFleet.Name)]
[Integration]
public sealed class PrivateAuthorityTests(RoleFleet fleet)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_workers_connections_are_encrypted() =>
        Assert.Equal(true, await fleet.QueryAsync<bool?>("SELECT bool_and(s.ssl) FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE a.application_name = 'millrace' OR s.ssl"));

    [Fact]
    public async Task A_client_that_trusts_another_authority_or_none_does_not_connect_and_says_why()
    {
        foreach (var (trusted, why) in new[] { (fleet.OtherAuthority, $"is not trusted by '{fleet.OtherAuthority.Certificate}'"), (null, "name the authority's file in the address: ?cacertfile=") })
        {
            var (client, host) = await RoleFleet.ClientAsync(fleet.SecureAddress(RoleFleet.ProducerAccount, trusted), patience: TimeSpan.FromSeconds(1));
            using var producing = host;

            await Until.FitsAsync(
                () => Assert.ThrowsAsync<FleetUnreachableException>(() => client.GenerateAsync("hello", cancellationToken: Token)), // until the broker was tried once
                error => Causes(error).OfType<AuthenticationException>().Any(cause => cause.Message.Contains(why, StringComparison.Ordinal)), why);
            await host.StopAsync(Token);
        }
    }

    [Fact]
    public async Task A_worker_that_trusts_another_authority_than_the_brokers_says_so()
    {
        await using var worker = await RoleFleet.StartWorkerAsync(fleet.SecureAddress(RoleFleet.Worker, fleet.OtherAuthority), fleet.SecureDatabase(fleet.Authority));

        await worker.WaitForLineAsync($"is not trusted by '{fleet.OtherAuthority.Certificate}'");
    }

    [Fact]
    public async Task A_worker_that_trusts_another_authority_than_the_databases_says_so()
    {
        await using var worker = await RoleFleet.StartProcessAsync(fleet.SecureAddress(RoleFleet.Worker, fleet.Authority), fleet.SecureDatabase(fleet.OtherAuthority));

        await worker.WaitForLineAsync("must lead to an authority in the file that the connection string names as Root Certificate");
    }

    [Theory]
    [InlineData("amqps://u:p@localhost/?cacertfile=/nowhere/ca.pem", "'/nowhere/ca.pem', which cannot be read")]
    [InlineData("amqp://u:p@localhost/?cacertfile=/nowhere/ca.pem", "use amqps://")]
    public void A_file_that_is_not_there_or_does_nothing_is_named_at_the_start(string address, string why)
    {
        Assert.Contains(why, RabbitMqAddress.Fault(address), StringComparison.Ordinal);
        Assert.DoesNotContain("u:p", RabbitMqAddress.Fault(address), StringComparison.Ordinal);
    }

    private static IEnumerable<Exception> Causes(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
            yield return error;
    }
}
