using Millrace.Tests.Servers;

namespace Millrace.Tests.Gateway.OpenAI;

/// <summary>What <c>dotnet run --project src/Worker</c> starts: worker, gateway and database in one process, for all tests that end nothing.</summary>
[CollectionDefinition(Name)]
public sealed class EmbeddedServer : IAsyncLifetime, ICollectionFixture<EmbeddedServer>
{
    public const string Name = "Embedded gateway";

    private LocalWorker worker = null!;

    internal Uri Url => worker.Url;

    public async ValueTask InitializeAsync()
    {
        worker = await LocalWorker.StartAsync();
        await worker.WaitReadyAsync();
    }

    public ValueTask DisposeAsync() => worker.DisposeAsync();
}
