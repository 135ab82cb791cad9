using Millrace.Tests.Client.Fakes;

namespace Millrace.Tests.Client;

public sealed class InMemoryStreamTests : StreamContract
{
    private protected override Task<Stage> StageAsync() => Stage.InMemoryAsync();
}

public sealed class InMemoryFollowTests : FollowContract
{
    private protected override Task<Stage> StageAsync() => Stage.InMemoryAsync();
}

public sealed class InMemoryEndTests : EndContract
{
    private protected override Task<Stage> StageAsync() => Stage.InMemoryAsync();
}

public sealed class InMemorySessionTests : SessionContract
{
    private protected override Task<Stage> StageAsync() => Stage.InMemoryAsync();
}

public sealed class InMemoryToolTests : ToolContract
{
    private protected override Task<Stage> StageAsync() => Stage.InMemoryAsync();
}

public sealed class InMemoryApprovalTests : ApprovalContract
{
    private protected override Task<Stage> StageAsync() => Stage.InMemoryAsync();
}

public sealed class InMemoryRejectionTests : RejectionContract
{
    private protected override Task<Stage> StageAsync() => Stage.InMemoryAsync();
}

public sealed class InMemoryChatClientTests : ChatClientContract
{
    private protected override Task<Stage> StageAsync() => Stage.InMemoryAsync();
}

public sealed class InMemoryChatToolTests : ChatToolContract
{
    private protected override Task<Stage> StageAsync() => Stage.InMemoryAsync();
}
