using Millrace.Tests.Client.Fakes;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Client;

[Integration]
public sealed class HttpStreamTests : StreamContract
{
    private protected override Task<Stage> StageAsync() => Stage.HttpAsync();
}

[Integration]
public sealed class HttpFollowTests : FollowContract
{
    private protected override Task<Stage> StageAsync() => Stage.HttpAsync();
}

[Integration]
public sealed class HttpEndTests : EndContract
{
    private protected override Task<Stage> StageAsync() => Stage.HttpAsync();
}

[Integration]
public sealed class HttpSessionTests : SessionContract
{
    private protected override Task<Stage> StageAsync() => Stage.HttpAsync();
}

[Integration]
public sealed class HttpChatClientTests : ChatClientContract
{
    private protected override Task<Stage> StageAsync() => Stage.HttpAsync();
}

[Integration]
public sealed class HttpChatToolTests : ChatToolContract
{
    private protected override Task<Stage> StageAsync() => Stage.HttpAsync();
}
