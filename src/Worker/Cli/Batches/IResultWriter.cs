using Millrace.Persistence.Model;

namespace Millrace.Worker.Cli.Batches;

/// <summary>Where results go as lines end.</summary>
internal interface IResultWriter : IAsyncDisposable
{
    /// <summary>Writes what has come since, and nothing twice.</summary>
    Task WriteAsync(Batch batch, CancellationToken cancellation);
}
