using Microsoft.Extensions.AI;
using Millrace.Providers.Failures;
using Millrace.Providers.Registry;

namespace Millrace.Tests.Providers;

/// <summary>A call whose failure is thrown where it happened, which reads better in a test.</summary>
internal sealed class ThrowingStream(ProviderStream stream) : IAsyncEnumerable<ChatResponseUpdate>
{
    public IReadOnlyList<string> IgnoredOptions => stream.IgnoredOptions;

    public string? RequestId => stream.RequestId;

    public async IAsyncEnumerator<ChatResponseUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        await foreach (var update in stream.WithCancellation(cancellationToken)) yield return update;
        if (stream.Failure is { } failure) throw new ProviderException(failure);
    }
}
