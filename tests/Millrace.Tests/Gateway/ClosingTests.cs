using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Millrace.Gateway.Settings;

namespace Millrace.Tests.Gateway;

public sealed class ClosingTests
{
    [Fact]
    public void What_can_be_resumed_ends_at_once_and_the_rest_after_its_moment()
    {
        var (time, options) = (new FakeTimeProvider(), new GatewayOptions { CloseAfter = TimeSpan.FromSeconds(7) });
        var lifetime = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        using var closing = new GatewayShutdown(lifetime, Options.Create(options), time);
        time.Advance(TimeSpan.FromDays(1));
        Assert.False(closing.Now.IsCancellationRequested || closing.Late.IsCancellationRequested);

        lifetime.StopApplication();
        time.Advance(options.CloseAfter - TimeSpan.FromMilliseconds(1));
        Assert.Equal((true, false), (closing.Now.IsCancellationRequested, closing.Late.IsCancellationRequested));
        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.True(closing.Late.IsCancellationRequested);
    }
}
