using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Millrace.Client;
using Millrace.Client.RabbitMq;
using Millrace.Tests.Client.Fakes;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Client;

/// <summary>The client that speaks HTTP as a service has it: what it needs, what it cannot do, and its end.</summary>
[Integration]
public sealed class HttpRegistrationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_needs_a_broker_says_so()
    {
        await using var stage = await Stage.HttpAsync();
        var client = await stage.ClientAsync();

        Exception[] refused =
        [
            Assert.Throws<NotSupportedException>(() => client.Channel),
            await Assert.ThrowsAsync<NotSupportedException>(() => client.RemoveToolAsync("tool", Token)),
            await Assert.ThrowsAsync<NotSupportedException>(() => client.ToolApprovalsAsync(Token).FirstAsync(Token).AsTask()),
            await Assert.ThrowsAsync<NotSupportedException>(() => stage.ServiceAsync(services => services.AddMillraceTool(() => "x", "tool"))),
        ];

        Assert.All(refused, one => Assert.Contains("AddMillraceClient", one.Message, StringComparison.Ordinal));
        await Assert.ThrowsAsync<ArgumentException>(() => client.CreateSession(tenant: "acme").SaveAsync(Token));
        await Assert.ThrowsAsync<ArgumentException>(() => client.UploadAsync("text"u8.ToArray(), "text/plain", tenant: "acme", cancellationToken: Token));
        Assert.Empty(stage.Gateway!.Calls);
    }

    [Fact]
    public async Task After_disposal_nobody_waits()
    {
        await using var stage = await Stage.HttpAsync();
        stage.Fleet.Plan = _ => new Script { Before = _ => Task.Delay(Timeout.InfiniteTimeSpan, Token) };
        var client = await stage.ClientAsync();
        var stream = client.Stream("hello");
        var waiting = client.GenerateAsync("hello", cancellationToken: Token);
        await Until.TrueAsync(() => stage.Gateway!.Calls.Count(call => call.StartsWith("GET", StringComparison.Ordinal)) >= 2);

        await client.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => stream.SequencesAsync());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.SubmitAsync("hello", cancellationToken: Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.WaitAsync(Guid.NewGuid(), Token));
    }

    [Theory]
    [InlineData(null, null, "Set ConnectionStrings:Millrace")]
    [InlineData("gateway", null, "looks like https://gateway.example.com")]
    [InlineData("gateway:8080", null, "looks like https://gateway.example.com")]
    [InlineData("https://user:secret@gateway", null, "no user, password or query")]
    [InlineData("https://gateway", "two secret", "ApiKey (Millrace:ApiKey) is no API key")]
    public async Task What_is_wrong_with_the_configuration_is_said_at_start_without_secrets(string? address, string? key, string expected)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        (builder.Configuration["ConnectionStrings:Millrace"], builder.Configuration["Millrace:ApiKey"]) = (address, key);
        builder.Services.AddMillraceHttpClient();
        using var host = builder.Build();

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Token));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }
}
