using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Millrace.Gateway.Quotas;
using Millrace.Gateway.Settings;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Quotas;
using Millrace.Tests.Persistence;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Gateway;

/// <summary>How often a gateway looks what a tenant has in sessions, and what it goes by between two looks.</summary>
[Integration]
public sealed class SessionRoomTests(Truths truths) : IClassFixture<Truths>
{
    private readonly FakeTimeProvider time = new();
    private readonly string tenant = $"t{Guid.NewGuid():N}";
    private int looks;

    [Fact]
    public async Task Many_turns_within_a_few_seconds_are_one_look()
    {
        var room = Room(new() { Sessions = 10_000 });

        for (var n = 0; n < 1000; n++) await room.TakeTurnAsync(tenant, Guid.NewGuid(), 1, CancellationToken.None);
        Assert.Equal(1, looks);
        time.Advance(SessionRoom.Fresh);
        await room.TakeTurnAsync(tenant, Guid.NewGuid(), 1, CancellationToken.None);

        Assert.Equal(2, looks);
    }

    [Fact]
    public async Task What_was_taken_counts_between_two_looks_and_before_a_refusal_there_is_another_but_one_a_second()
    {
        var room = Room(new() { Sessions = 3, SessionBytes = 100 });
        for (var n = 0; n < 3; n++) await room.TakeAsync(tenant, 1, 10, CancellationToken.None);

        for (var n = 0; n < 100; n++) await Assert.ThrowsAsync<QuotaExceededException>(() => room.TakeAsync(tenant, 1, 10, CancellationToken.None));
        Assert.Equal(1, looks);
        Assert.True((await Assert.ThrowsAsync<QuotaExceededException>(() => room.TakeAsync(tenant, 0, 71, CancellationToken.None))).IsBytes);
        time.Advance(TimeSpan.FromSeconds(1));
        await room.TakeAsync(tenant, 1, 10, CancellationToken.None); // nothing of it was stored

        Assert.Equal(2, looks);
    }

    [Fact]
    public async Task Where_no_more_sessions_are_allowed_those_that_are_there_go_on()
    {
        var truth = truths.Of(Kind.Sqlite);
        var id = Guid.NewGuid();
        await truth.Sessions.CreateAsync(tenant, id, new(null, null, null, null, null), [], Guid.NewGuid(), CancellationToken.None);
        var room = Room(new() { Sessions = 1 });

        await room.TakeTurnAsync(tenant, id, 1, CancellationToken.None);
        await Assert.ThrowsAsync<QuotaExceededException>(() => room.TakeTurnAsync(tenant, Guid.NewGuid(), 1, CancellationToken.None));
        await Assert.ThrowsAsync<QuotaExceededException>(() => room.TakeCopyAsync(tenant, id, CancellationToken.None));
        await room.TakeCopyAsync(tenant, Guid.NewGuid(), CancellationToken.None); // a worker says that it is not there
    }

    private SessionRoom Room(QuotaOptions quotas)
    {
        var database = new WatchedDatabase(truths.Of(Kind.Sqlite).Database, sql =>
        {
            if (sql.Contains("count(*)", StringComparison.Ordinal)) looks++;
            return Task.CompletedTask;
        });
        var outage = new DatabaseOutage(database, TimeProvider.System, NullLogger<DatabaseOutage>.Instance);
        return new(new(database, outage, new(outage)), new(Options.Create(new GatewayOptions { Quotas = quotas })), time);
    }
}
