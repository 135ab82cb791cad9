using Millrace.Client.Errors;
using Millrace.Contracts;
using Millrace.Tests.Client.Fakes;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Client;

/// <summary>What a session's handle does when the broker is away, or has no fleet.</summary>
[Integration]
public sealed class SessionFaultTests(TestServers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Stop.Graceful, Traits = ["size", "soak"])]
    [InlineData(Stop.Hard)]
    public async Task A_request_outlives_a_broker_restart_and_is_done_once(Stop how)
    {
        await using var broker = await RabbitMqServer.StartPrivateAsync();
        await using var stage = await Stage.RabbitMqAsync(await broker.CreateVirtualHostAsync());
        stage.Fleet.Sessions.Loses = _ => true;
        var session = (await stage.ClientAsync(options => options.AnswerRetry = TimeSpan.FromMilliseconds(500))).CreateSession("Be brief.");
        session.AddMessage(MessageRole.User, "once");
        var saving = session.SaveAsync(Token);
        await Until.TrueAsync(() => !stage.Fleet.Sessions.Requests.IsEmpty);

        await broker.StopAsync(how);
        stage.Fleet.Sessions.Loses = _ => false;
        await broker.StartAsync();
        await saving;

        Assert.Equal("once", Assert.Single(stage.Fleet.Sessions[session.Id]).Text);
        Assert.Equal(2, stage.Fleet.Sessions.Requests.Select(request => request.RequestId).Distinct().Count());
    }

    [Fact]
    public async Task Without_any_worker_a_call_fails_at_once_and_says_so()
    {
        var (client, end) = await Stage.ClientOfAServiceAsync(await servers.CreateVirtualHostAsync(), _ => { });

        var nobody = await Assert.ThrowsAsync<NoWorkersException>(() => client.CreateSession().GenerateAsync("hello", Token));

        Assert.StartsWith("Nobody takes SessionRequested: ", nobody.Message, StringComparison.Ordinal);
        await end();
    }
}
