using Millrace.Tests.Servers;

namespace Millrace.Tests.Gateway.OpenAI;

/// <summary>What <c>dotnet run --project src/Worker</c> starts: worker, gateway and database in one process, for all tests that end nothing.</summary>
[CollectionDefinition(Name)]
public sealed class EmbeddedServer : IAsyncLifetime, ICollectionFixture<EmbeddedServer>
{
    public const string Name = "Embedded gateway";

    private WorkerProcess process = null!;

    internal Uri Url => process.Url;

    public async ValueTask InitializeAsync()
    {
        process = await WorkerProcess.StartAsync();
        await process.WaitReadyAsync();
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
