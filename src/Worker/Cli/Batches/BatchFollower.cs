using Millrace.Persistence.Model;
using Millrace.Worker.Cli.Terminal;
using Spectre.Console;

namespace Millrace.Worker.Cli.Batches;

/// <summary>Watches a batch to its end and writes results as they come: a bar in a terminal, a line now and then elsewhere.</summary>
internal sealed class BatchFollower(BatchHost host, AnswerOutput output, IReadOnlyList<IResultWriter> writers)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    private readonly BatchProgress progress = new(host.Time);

    /// <summary>The batch as it ended.</summary>
    public async Task<Batch> FollowAsync(Batch batch, CancellationToken cancellation)
    {
        if (output.ShowsProgress)
        {
            return await output.Notes.Progress().AutoClear(true).Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
                .StartAsync(async live =>
                {
                    var bar = live.AddTask("checking the file", maxValue: 1);
                    return await WatchAsync(batch, seen => (bar.Value, bar.Description) = (BatchProgress.Share(seen), Markup.Escape(Describe(seen))), cancellation);
                });
        }
        var said = (At: 0L, Text: "");
        return await WatchAsync(batch, seen =>
        {
            if (said.At != 0 && host.Time.GetElapsedTime(said.At) < BetweenLines && !BatchState.IsTerminal(seen.State)) return;
            var text = Describe(seen);
            if (text != said.Text) output.Note(text);
            said = (host.Time.GetTimestamp(), text);
        }, cancellation);
    }

    private string Describe(Batch batch) => batch.State == BatchState.Validating ? "checking the file" : progress.Describe(batch);

    private async Task<Batch> WatchAsync(Batch batch, Action<Batch> show, CancellationToken cancellation)
    {
        while (true)
        {
            batch = (await host.Batches.FindAsync(batch.Tenant, batch.Id, cancellation))!;
            foreach (var writer in writers) await writer.WriteAsync(batch, cancellation);
            show(batch);
            if (BatchState.IsTerminal(batch.State)) return batch;
            await Task.Delay(Interval, host.Time, cancellation);
        }
    }
}
