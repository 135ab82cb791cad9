using Millrace.Client.Errors;
using Millrace.Contracts;

namespace Millrace.Client.Streaming;

/// <summary>How a generation ended: with an answer, or with the exception that says why not.</summary>
internal sealed record Outcome(long LastSequence, GenerationCompleted? Completed, Func<Exception>? Error)
{
    public static Outcome Of(GenerationCompleted completed) => new(completed.LastSequence, completed, null);

    public static Outcome Of(GenerationFailed failed) => new(failed.LastSequence, null, () =>
        new GenerationFailedException(failed));

    public static Outcome Of(GenerationCancelled cancelled) =>
        new(cancelled.LastSequence, null, () => new GenerationCancelledException(cancelled));

    /// <summary>The end that a page of the log carries, if it does.</summary>
    public static Outcome? Of(ChunksReplayed page) => page switch
    {
        { Completed: { } completed } => Of(completed),
        { Failed: { } failed } => Of(failed),
        { Cancelled: { } cancelled } => Of(cancelled),
        _ => null,
    };
}
