using Millrace.Providers.Adapters;
using Millrace.Providers.Kinds;
using Millrace.Providers.Options;

namespace Millrace.Tests.Providers.Contract;

/// <summary>A program's own kind, over a chat client of its own.</summary>
internal sealed class PlainKind : ProviderKind
{
    public override string Name => "Plain";

    public override string KeyVariable => "PLAIN_API_KEY";

    public override string ProbePath => "health";

    public override WireHeaders Headers { get; } = new() { Key = "X-Plain-Key", KeyPrefix = "" };

    public override IProviderAdapter CreateAdapter(ProviderOptions options, HttpClient http, TimeProvider time) =>
        new ChatClientAdapter(new PlainChatClient(http), options);
}
