using MassTransit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Millrace.Client.RabbitMq.Broker;

namespace Millrace.Tests.Links;

public sealed class EndpointWatchTests
{
    private static readonly TimeSpan DeafAfter = TimeSpan.FromMinutes(1);
    private static readonly Dictionary<string, uint> NotCounted = [];

    private readonly FakeTimeProvider time = new();
    private readonly EndpointWatch watch;
    private int reopened;

    public EndpointWatchTests()
    {
        watch = new EndpointWatch(DeafAfter, time, NullLogger<EndpointWatch>.Instance);
        watch.Expect("q", () => reopened++);
    }

    [Fact]
    public async Task An_endpoint_that_consumes_is_left_alone_for_ever()
    {
        await watch.Ready(new Told("q"));
        Pass(TimeSpan.FromHours(1));

        Assert.Empty(watch.Deaf);
        Assert.False(watch.IsAnySilent);
        Assert.Equal(0, reopened);
    }

    [Fact]
    public void One_that_never_began_is_told_after_its_time_and_given_up_after_as_long_again()
    {
        Pass(DeafAfter - TimeSpan.FromSeconds(1));
        Assert.Empty(watch.Deaf);

        Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(["q"], watch.Deaf);
        Assert.Equal(1, reopened);
        Assert.False(watch.HasGivenUp);

        Pass(DeafAfter);
        Assert.True(watch.HasGivenUp);
        Assert.Equal(1, reopened);
    }

    [Theory]
    [InlineData("stopped")]
    [InlineData("completed")]
    [InlineData("faulted")]
    public async Task One_that_ended_in_any_way_is_deaf(string how)
    {
        await watch.Ready(new Told("q"));
        await (how switch
        {
            "stopped" => watch.Stopping(new Told("q")),
            "completed" => watch.Completed(new Told("q")),
            _ => watch.Faulted(new Told("q")),
        });
        Pass(DeafAfter);

        Assert.Equal(["q"], watch.Deaf);
        await watch.Ready(new Told("q"));
        Pass(TimeSpan.Zero);
        Assert.Empty(watch.Deaf);
    }

    /// <summary>What MassTransit believes does not outweigh what the broker counts.</summary>
    [Fact]
    public async Task One_whose_queue_has_no_consumer_is_deaf_though_it_calls_itself_ready()
    {
        await watch.Ready(new Told("q"));
        for (var second = 0; second <= 60; second++)
        {
            watch.Look(new Dictionary<string, uint> { ["q"] = 0 });
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["q"], watch.Deaf);
        watch.Look(new Dictionary<string, uint> { ["q"] = 1 });
        Assert.Empty(watch.Deaf);
    }

    /// <summary>Others consume from a shared queue as well: their number says nothing of this process.</summary>
    [Fact]
    public void The_consumers_of_others_are_no_excuse()
    {
        for (var second = 0; second <= 60; second++)
        {
            watch.Look(new Dictionary<string, uint> { ["q"] = 7 });
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["q"], watch.Deaf);
    }

    [Fact]
    public void While_the_broker_answers_nobody_no_time_passes()
    {
        Pass(DeafAfter / 2);
        watch.Excuse();
        Pass(DeafAfter / 2);
        Assert.Empty(watch.Deaf);

        Pass(DeafAfter / 2);
        Assert.Equal(["q"], watch.Deaf);
    }

    [Fact]
    public void One_that_is_closed_on_purpose_is_forgotten()
    {
        watch.Forget("q");
        Pass(DeafAfter * 3);

        Assert.Empty(watch.Deaf);
        Assert.False(watch.HasGivenUp);
    }

    [Fact]
    public void Where_nobody_starts_the_process_anew_the_endpoint_is_opened_again_and_again()
    {
        Pass(DeafAfter * 2);
        watch.BeginAgain();
        Pass(DeafAfter);

        Assert.Equal(2, reopened);
        Assert.False(watch.HasGivenUp);
    }

    /// <summary>Looks every second, as the clock goes on.</summary>
    private void Pass(TimeSpan span)
    {
        watch.Look(NotCounted);
        for (var passed = TimeSpan.Zero; passed < span; passed += TimeSpan.FromSeconds(1))
        {
            time.Advance(TimeSpan.FromSeconds(1));
            watch.Look(NotCounted);
        }
    }

    private sealed class Told(string queue) : ReceiveEndpointReady, ReceiveEndpointStopping, ReceiveEndpointCompleted, ReceiveEndpointFaulted
    {
        public Uri InputAddress => new($"rabbitmq://localhost/vhost/{queue}?type=fanout");

        public IReceiveEndpoint ReceiveEndpoint => null!;

        public bool IsStarted => true;

        public bool Removed => true;

        public long DeliveryCount => 0;

        public long ConcurrentDeliveryCount => 0;

        public Exception? Exception => null;
    }
}
