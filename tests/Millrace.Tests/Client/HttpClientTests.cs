using Millrace.Tests.Client.Fakes;

namespace Millrace.Tests.Client;

public sealed class HttpStreamTests : StreamContract
{
    private protected override Task<Stage> StageAsync() => Stage.HttpAsync();
}

public sealed class HttpFollowTests : FollowContract
{
    private protected override Task<Stage> StageAsync() => Stage.HttpAsync();
}

public sealed class HttpEndTests : EndContract
{
    private protected override Task<Stage> StageAsync() => Stage.HttpAsync();
}

public sealed class HttpSessionTests : SessionContract
{
    private protected override Task<Stage> StageAsync() => Stage.HttpAsync();
}

public sealed class HttpChatClientTests : ChatClientContract
{
    private protected override Task<Stage> StageAsync() => Stage.HttpAsync();
}

public sealed class HttpChatToolTests : ChatToolContract
{
    private protected override Task<Stage> StageAsync() => Stage.HttpAsync();
}
