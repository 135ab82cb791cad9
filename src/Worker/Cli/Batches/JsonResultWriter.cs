using Millrace.Dialects.BatchFiles;
using Millrace.Persistence.Batches;
using Millrace.Persistence.Model;

namespace Millrace.Worker.Cli.Batches;

/// <summary>Results as JSON lines, of one kind, each once.</summary>
internal sealed class JsonResultWriter(BatchResultStore results, BatchResults which, TextWriter output) : IResultWriter
{
    private BatchPlace place = BatchPlace.Start;

    /// <summary>How many there have been.</summary>
    public long Written { get; private set; }

    public async Task WriteAsync(Batch batch, CancellationToken cancellation)
    {
        await foreach (var result in results.ReadAsync(batch, which, place, cancellation))
        {
            await output.WriteAsync($"{ResultLine.Write(batch, result)}\n".AsMemory(), cancellation);
            place = BatchPlace.Behind(result, which);
            Written++;
        }
        await output.FlushAsync(cancellation);
    }

    public ValueTask DisposeAsync() => output.DisposeAsync();
}
