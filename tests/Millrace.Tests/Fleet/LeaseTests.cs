using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Millrace.Engine.Settings;

namespace Millrace.Tests.Fleet;

public sealed class LeaseTests
{
    private readonly FakeTimeProvider time = new();
    private readonly Lease lease;

    public LeaseTests() => lease = new Lease(Options.Create(new MillraceOptions { DeadAfter = TimeSpan.FromSeconds(6) }), time);

    [Fact]
    public void A_worker_that_was_never_heard_is_certain_of_nothing()
    {
        Assert.Null(lease.Term);
        Assert.False(lease.IsFresh);
    }

    [Fact]
    public void Heartbeats_in_time_are_one_term()
    {
        Renew();
        var term = lease.Term;
        for (var beat = 0; beat < 10; beat++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            Renew();
        }

        Assert.Equal(term, lease.Term);
    }

    [Fact]
    public void A_late_heartbeat_begins_another_term_however_fresh_it_is()
    {
        Renew();
        var term = lease.Term;
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Null(lease.Term);

        Renew();

        Assert.NotNull(lease.Term);
        Assert.NotEqual(term, lease.Term);
    }

    /// <summary>The database may have taken it at any moment since it was sent.</summary>
    [Fact]
    public void A_heartbeat_counts_from_when_it_was_sent()
    {
        Renew();
        var sentAt = time.GetTimestamp();
        time.Advance(TimeSpan.FromSeconds(2));
        lease.Renew(sentAt);

        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Null(lease.Term);
    }

    private void Renew() => lease.Renew(time.GetTimestamp());
}
