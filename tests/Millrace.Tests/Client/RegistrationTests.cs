using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Millrace.Client;
using Millrace.Client.RabbitMq;
using Millrace.Client.RabbitMq.Options;
using Millrace.Tests.Client.Fakes;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Client;

[Integration]
public sealed class RegistrationTests(TestServers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_missing_connection_string_is_named_at_start()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddMillraceClient();
        using var host = builder.Build();

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Token));

        Assert.Contains("ConnectionStrings:RabbitMq", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:5672")]
    [InlineData("http://guest:secret@localhost")]
    public void An_address_of_another_kind_is_refused_without_showing_it(string address)
    {
        using var provider = new ServiceCollection().AddLogging().AddMillraceClient(o => o.RabbitMq = address).BuildServiceProvider();

        var error = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<MillraceClientOptions>>().Value);

        Assert.Contains("amqp://user:password@host:5672/vhost", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_range_are_named_with_their_rule()
    {
        using var provider = new ServiceCollection().AddLogging()
            .AddMillraceClient(o => (o.RabbitMq, o.StreamBuffer, o.Silence) = ("amqp://localhost", 0, TimeSpan.FromDays(2)))
            .BuildServiceProvider();

        var error = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<MillraceClientOptions>>().Value);

        Assert.Contains("StreamBuffer is 0; it is between 2 and", error.Message, StringComparison.Ordinal);
        Assert.Contains("Silence is 2.00:00:00; it is between 1 ms and 1 day", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_keeps_its_own_bus_beside_the_client()
    {
        var address = await servers.CreateVirtualHostAsync();
        await using var stage = await Stage.RabbitMqAsync(address);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration["ConnectionStrings:RabbitMq"] = address;
        builder.Services.AddMassTransit(x => x.UsingInMemory((_, bus) => bus.ConfigureJsonSerializerOptions(json =>
        {
            json.WriteIndented = true;
            return json;
        })));
        builder.Services.AddMillraceClient();
        builder.Services.AddMillraceClient(o => o.StreamBuffer = 7);
        using var host = builder.Build();
        await host.StartAsync(Token);

        var answer = await host.Services.GetRequiredService<MillraceClient>().GenerateAsync("hello", cancellationToken: Token);

        Assert.Equal(5, answer.LastSequence);
        Assert.Equal("loopback", host.Services.GetRequiredService<IBus>().Address.Scheme);
        Assert.Equal(7, host.Services.GetRequiredService<IOptions<MillraceClientOptions>>().Value.StreamBuffer);
        Assert.Single(host.Services.GetServices<MillraceClient>());
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task A_client_runs_on_the_bus_of_its_process()
    {
        var fleet = new FakeFleet();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddMassTransit(x => x.UsingInMemory((_, bus) => fleet.Configure(bus)));
        builder.Services.AddMillraceClientOn<IBus>();
        using var host = builder.Build();
        fleet.Attach(host.Services.GetRequiredService<IBusControl>());
        await host.StartAsync(Token);

        Assert.Equal(Reading.Through(5), await host.Services.GetRequiredService<MillraceClient>().Stream("hello").SequencesAsync());
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task A_program_without_a_host_can_use_the_client_too()
    {
        var address = await servers.CreateVirtualHostAsync();
        await using var stage = await Stage.RabbitMqAsync(address);
        await using var provider = new ServiceCollection().AddLogging().AddMillraceClient(o => o.RabbitMq = address).BuildServiceProvider();

        var client = provider.GetRequiredService<MillraceClient>();

        Assert.Equal(Reading.Through(5), await client.Stream("hello").SequencesAsync());
    }
}
