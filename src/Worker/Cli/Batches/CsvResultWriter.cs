using CsvHelper;
using Millrace.Dialects.BatchFiles;
using Millrace.Persistence.Batches;
using Millrace.Persistence.Model;

namespace Millrace.Worker.Cli.Batches;

/// <summary>The rows of the input in their order, each with its answer or its error behind its own columns.</summary>
internal sealed class CsvResultWriter : IResultWriter
{
    private readonly BatchResultStore results;
    private readonly IEnumerator<(string[] Header, string[] Row)> rows;
    private readonly CsvWriter output;
    private BatchPlace place = BatchPlace.Start;
    private bool hasHeader;

    public CsvResultWriter(BatchResultStore results, BatchInput input, TextWriter output)
    {
        (this.results, rows) = (results, input.Rows().GetEnumerator());
        // A cell that begins with = + - @ would be a formula to a spreadsheet, and a model's answer is not to be trusted with that
        this.output = CsvWriter.Create(output, CsvWriterOptions.Default with { Injection = CsvInjection.Escape });
    }

    public async Task WriteAsync(Batch batch, CancellationToken cancellation)
    {
        await foreach (var result in results.ReadAsync(batch, BatchResults.InOrder, place, cancellation))
        {
            rows.MoveNext(); // there is a result for each row, in their order
            if (!hasHeader) await output.WriteRecordAsync([.. rows.Current.Header, "answer", "error"], cancellation);
            hasHeader = true;
            var (answer, error) = Read(ResultLine.EndOf(batch, result));
            await output.WriteRecordAsync([.. rows.Current.Row, answer, error], cancellation);
            place = BatchPlace.Behind(result, BatchResults.InOrder);
        }
        await output.FlushAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        rows.Dispose();
        await output.DisposeAsync();
    }

    private static (string Answer, string Error) Read(LineEnd end) => end switch
    {
        { Completed: { } completed } => (completed.Text, ""),
        { Failed: { } failed } => ("", $"{failed.Code}: {failed.Message}"),
        _ => ("", $"{end.Stopped!.Code}: {end.Stopped.Message}"),
    };
}
