using System.Globalization;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using Millrace.Contracts;
using Millrace.Persistence;

namespace Millrace.Worker.Commands.Batches;

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
        this.output = new(output, new CsvConfiguration(CultureInfo.InvariantCulture) { InjectionOptions = InjectionOptions.Escape });
    }

    public async Task WriteAsync(Batch batch, CancellationToken cancellation)
    {
        await foreach (var result in results.ReadAsync(batch, BatchResults.InOrder, place, cancellation))
        {
            rows.MoveNext(); // there is a result for each row, in their order
            if (!hasHeader) await WriteAsync([.. rows.Current.Header, "answer", "error"]);
            hasHeader = true;
            var (answer, error) = Read(result);
            await WriteAsync([.. rows.Current.Row, answer, error]);
            place = BatchPlace.Behind(result, BatchResults.InOrder);
        }
        await output.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        rows.Dispose();
        await output.DisposeAsync();
    }

    private Task WriteAsync(IEnumerable<string> fields)
    {
        foreach (var field in fields) output.WriteField(field);
        return output.NextRecordAsync();
    }

    private static (string Answer, string Error) Read(BatchResult result) => result switch
    {
        { State: BatchLineState.Completed, Outcome: { } outcome } => (JsonSerializer.Deserialize<GenerationCompleted>(outcome, ContractsJson.Options)!.Text, ""),
        { State: BatchLineState.Failed, Outcome: { } outcome } when JsonSerializer.Deserialize<GenerationFailed>(outcome, ContractsJson.Options) is { } failed => ("", $"{failed.Reason}: {failed.Message}"),
        _ => ("", "Not run: the batch was ended before."),
    };
}
