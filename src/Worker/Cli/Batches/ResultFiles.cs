using Millrace.Persistence.Batches;

namespace Millrace.Worker.Cli.Batches;

/// <summary>
/// The files that a run writes. They are written from their first line each time: what is in them is in the database, and a file that broke off in the middle of a line
/// needs no mending.
/// </summary>
internal sealed class ResultFiles(IReadOnlyList<IResultWriter> writers, string errors) : IAsyncDisposable
{
    public IReadOnlyList<IResultWriter> Writers => writers;

    /// <summary>Where errors are, for a sentence.</summary>
    public string ErrorsAt => errors;

    public static ResultFiles Create(BatchHost host, BatchInput input, string path)
    {
        if (input.IsCsv) return new([new CsvResultWriter(host.Results, input, File.CreateText(path))], "");
        var errors = Path.Combine(Path.GetDirectoryName(path) ?? "", $"{Path.GetFileNameWithoutExtension(path)}.errors.jsonl");
        return new(
            [
                new JsonResultWriter(host.Results, BatchResults.Answers, File.CreateText(path)),
                new JsonResultWriter(host.Results, BatchResults.Errors, new LateFile(errors)),
            ],
            $": {errors}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var writer in writers) await writer.DisposeAsync();
    }
}
