using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Millrace.Dialects.Errors;
using Millrace.Gateway.Access;
using Millrace.Gateway.Settings;
using Millrace.Persistence.Access;
using Millrace.Persistence.Commit;
using Millrace.Tests.Persistence;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Gateway;

/// <summary>What keys cost that nobody has. Looks into the database are counted.</summary>
[Integration]
public sealed class KeyRingTests(Truths truths) : IClassFixture<Truths>
{
    private static readonly IPAddress Guesser = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.2");

    private readonly FakeTimeProvider time = new();

    [Fact]
    public async Task So_many_a_minute_from_one_address_are_looked_for_and_no_more()
    {
        var (ring, looks) = Ring(perMinute: 3);
        for (var n = 0; n < 3; n++) Assert.Null(await ring.FindAsync(ApiKeySecret.Create(), Guesser, CancellationToken.None));

        var refused = (await Assert.ThrowsAsync<FaultException>(() => ring.FindAsync(ApiKeySecret.Create(), Guesser, CancellationToken.None))).Fault;

        Assert.Equal((429, "too_many_unknown_keys", TimeSpan.FromMinutes(1)), (refused.Status, refused.Code, refused.RetryAfter));
        Assert.Contains("3 API keys that nobody has came from this address within a minute", refused.Message, StringComparison.Ordinal);
        Assert.Contains("(Millrace:Gateway:UnknownKeysPerMinute)", refused.Message, StringComparison.Ordinal);
        Assert.Equal(3, looks.Count);
        Assert.Null(await ring.FindAsync(ApiKeySecret.Create(), Elsewhere, CancellationToken.None));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await ring.FindAsync(ApiKeySecret.Create(), Guesser, CancellationToken.None));
    }

    [Fact]
    public async Task A_key_that_was_right_is_found_beside_one_that_guesses_and_its_revocation_counts()
    {
        var (ring, looks) = Ring(perMinute: 1);
        var (id, key) = await truths.Of(Kind.Sqlite).Keys.AddAsync(new("a", "t", "read"), CancellationToken.None);
        Assert.Equal(id, (await ring.FindAsync(key, Guesser, CancellationToken.None))!.Id);
        Assert.Null(await ring.FindAsync(ApiKeySecret.Create(), Guesser, CancellationToken.None));
        await Assert.ThrowsAsync<FaultException>(() => ring.FindAsync(ApiKeySecret.Create(), Guesser, CancellationToken.None));

        Assert.Equal(id, (await ring.FindAsync(key, Guesser, CancellationToken.None))!.Id);
        Assert.Equal(2, looks.Count); // it is remembered
        await truths.Of(Kind.Sqlite).Keys.RevokeAsync(id, CancellationToken.None);
        time.Advance(KeyRing.Remembered);

        Assert.True((await ring.FindAsync(key, Guesser, CancellationToken.None))!.IsRevoked);
        Assert.Equal(3, looks.Count);
    }

    [Fact]
    public async Task The_same_wrong_key_is_looked_for_once_a_minute_however_often_it_comes()
    {
        var (ring, looks) = Ring(perMinute: 1);
        var wrong = ApiKeySecret.Create();

        for (var n = 0; n < 100; n++) Assert.Null(await ring.FindAsync(wrong, Guesser, CancellationToken.None));
        Assert.Single(looks);
        time.Advance(KeyRing.Nobodys);
        Assert.Null(await ring.FindAsync(wrong, Guesser, CancellationToken.None));

        Assert.Equal(2, looks.Count);
    }

    [Fact]
    public async Task A_new_key_that_comes_with_many_calls_at_once_is_looked_for_once()
    {
        var hold = new TaskCompletionSource();
        var (ring, looks) = Ring(perMinute: 1, hold.Task);
        var (id, key) = await truths.Of(Kind.Sqlite).Keys.AddAsync(new("a", "t", "read"), CancellationToken.None);

        var calls = Enumerable.Range(0, 100).Select(_ => ring.FindAsync(key, Guesser, CancellationToken.None)).ToList();
        hold.SetResult();

        Assert.All(await Task.WhenAll(calls), found => Assert.Equal(id, found!.Id));
        Assert.Single(looks);
    }

    [Fact]
    public async Task From_however_many_addresses_a_few_are_looked_for_at_a_time()
    {
        var hold = new TaskCompletionSource();
        var (ring, looks) = Ring(perMinute: 1000, hold.Task);

        var calls = Enumerable.Range(0, 50).Select(n => ring.FindAsync(ApiKeySecret.Create(), new IPAddress([10, 0, 0, (byte)n]), CancellationToken.None)).ToList();
        Assert.Equal(4, looks.Count);
        hold.SetResult();

        Assert.All(await Task.WhenAll(calls), Assert.Null);
        Assert.Equal(50, looks.Count);
    }

    [Fact]
    public async Task A_text_of_another_form_is_not_looked_for_at_all()
    {
        var (ring, looks) = Ring(perMinute: 1);

        for (var n = 0; n < 10; n++) Assert.Null(await ring.FindAsync("sk-something", Guesser, CancellationToken.None));

        Assert.Empty(looks);
    }

    [Fact]
    public void Addresses_of_one_network_of_IPv6_count_together_and_those_that_mean_the_same_are_the_same()
    {
        var unknown = new UnknownKeys(Options.Create(new GatewayOptions { UnknownKeysPerMinute = 1 }), time);
        unknown.Enter(IPAddress.Parse("2001:db8:1:2::1"));
        unknown.Enter(IPAddress.Parse("192.0.2.7"));
        unknown.Enter(IPAddress.Parse("2001:db8:1:3::1"));

        Assert.Throws<FaultException>(() => unknown.Enter(IPAddress.Parse("2001:db8:1:2:ffff::9")));
        Assert.Throws<FaultException>(() => unknown.Enter(IPAddress.Parse("::ffff:192.0.2.7")));
        unknown.Leave(IPAddress.Parse("::ffff:192.0.2.7"));
        unknown.Enter(IPAddress.Parse("192.0.2.7"));
    }

    private (KeyRing Ring, List<string> Looks) Ring(int perMinute, Task? hold = null)
    {
        var truth = truths.Of(Kind.Sqlite);
        var looks = new List<string>();
        var counting = new WatchedDatabase(truth.Database, sql =>
        {
            lock (looks) looks.Add(sql);
            return hold ?? Task.CompletedTask;
        });
        var options = Options.Create(new GatewayOptions { UnknownKeysPerMinute = perMinute });
        var outage = new DatabaseOutage(counting, TimeProvider.System, NullLogger<DatabaseOutage>.Instance);
        return (new(new ApiKeyStore(counting, outage, time), new(options, time), time), looks);
    }
}
