using Microsoft.Extensions.Options;
using Millrace.Engine.Requests;
using Millrace.Engine.Settings;
using Millrace.Persistence.Contents;
using Millrace.Persistence.Files;
using Millrace.Persistence.Retention;
using Millrace.Persistence.Reuse;

namespace Millrace.Engine.Recovery;

/// <summary>Once a minute, removes what is kept no longer: chunks, contents, recorded answers, files, and uploads that were never finished.</summary>
internal sealed class Retention(
    RetentionStore store, ContentStore contents, SharedAnswerStore answers, FileStore files, IOptions<MillraceOptions> options, TimeProvider time) : ISweep
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>What has not come in by then is not coming any more.</summary>
    private static readonly TimeSpan LongestUpload = TimeSpan.FromDays(1);

    private long last = time.GetTimestamp();

    public async Task RunAsync(SweepRound round, CancellationToken stopping)
    {
        if (time.GetElapsedTime(last) < Interval) return;
        await round.TryAsync("old chunks", token => store.ForgetAsync(options.Value.ChunkRetention, token), stopping);
        await round.TryAsync("old contents", token => contents.ForgetAsync(options.Value.ContentRetention, token), stopping);
        await round.TryAsync("old answers", token => answers.ForgetAsync(RequestRules.LongestReuse, token), stopping);
        await round.TryAsync("old files", token => files.ForgetAsync(LongestUpload, token), stopping);
        last = time.GetTimestamp();
    }
}
