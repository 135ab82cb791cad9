using Millrace.Persistence;

namespace Millrace.Worker.Commands.Batches;

/// <summary>Where results go as lines end.</summary>
internal interface IResultWriter : IAsyncDisposable
{
    /// <summary>Writes what has come since, and nothing twice.</summary>
    Task WriteAsync(Batch batch, CancellationToken cancellation);
}
