using Millrace.Client.Errors;
using Millrace.Contracts;

namespace Millrace.Client.Batches;

/// <summary>What has come of one request of a batch: an answer or an error, never both.</summary>
public sealed record BatchAnswer
{
    internal BatchAnswer(GenerateRequested request, GenerationCompleted? completed, Exception? error) =>
        (Request, Completed, Error) = (request, completed, error);

    /// <summary>The request, as the source gave it.</summary>
    public GenerateRequested Request { get; }

    /// <summary>The answer, or null.</summary>
    public GenerationCompleted? Completed { get; }

    /// <summary>
    /// Why there is none: a <see cref="GenerationFailedException"/>, <see cref="GenerationCancelledException"/> or <see cref="RequestRejectedException"/>, or an
    /// <see cref="ArgumentException"/> for a request that could not be sent. Null if there is an answer.
    /// </summary>
    public Exception? Error { get; }

    /// <summary>The answer's text, or null.</summary>
    public string? Text => Completed?.Text;
}
