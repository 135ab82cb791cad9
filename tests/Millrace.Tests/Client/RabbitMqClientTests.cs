using Millrace.Tests.Client.Fakes;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Client;

[Integration]
public sealed class RabbitMqStreamTests(TestServers servers) : StreamContract
{
    private protected override async Task<Stage> StageAsync() => await Stage.RabbitMqAsync(await servers.CreateVirtualHostAsync());
}

[Integration]
public sealed class RabbitMqFollowTests(TestServers servers) : FollowContract
{
    private protected override async Task<Stage> StageAsync() => await Stage.RabbitMqAsync(await servers.CreateVirtualHostAsync());
}

[Integration]
public sealed class RabbitMqEndTests(TestServers servers) : EndContract
{
    private protected override async Task<Stage> StageAsync() => await Stage.RabbitMqAsync(await servers.CreateVirtualHostAsync());
}

[Integration]
public sealed class RabbitMqSessionTests(TestServers servers) : SessionContract
{
    private protected override async Task<Stage> StageAsync() => await Stage.RabbitMqAsync(await servers.CreateVirtualHostAsync());
}

[Integration]
public sealed class RabbitMqToolTests(TestServers servers) : ToolContract
{
    private protected override async Task<Stage> StageAsync() => await Stage.RabbitMqAsync(await servers.CreateVirtualHostAsync());
}

[Integration]
public sealed class RabbitMqApprovalTests(TestServers servers) : ApprovalContract
{
    private protected override async Task<Stage> StageAsync() => await Stage.RabbitMqAsync(await servers.CreateVirtualHostAsync());
}

[Integration]
public sealed class RabbitMqRejectionTests(TestServers servers) : RejectionContract
{
    private protected override async Task<Stage> StageAsync() => await Stage.RabbitMqAsync(await servers.CreateVirtualHostAsync());
}
