using System.Runtime.CompilerServices;
using Millrace.Client.Batches;
using Millrace.Client.Errors;
using Millrace.Contracts;

namespace Millrace.Client;

public sealed partial class MillraceClient
{
    /// <summary>
    /// Sends any number of requests and gives their answers as they come, in the order of their ends. Requests are taken from the source as answers are taken from
    /// the result, so memory holds a window of them, however many there are. They are sent in the class <see cref="GenerationClass.Bulk"/>.
    /// </summary>
    /// <remarks>
    /// A request that fails is an answer with an <see cref="BatchAnswer.Error"/>, not an exception. While the broker or the gateway is away, or the gateway's key is
    /// over its limits, the batch waits. Running it again with the same ids asks no provider twice: what has ended gives its recorded answer. Leaving the
    /// enumeration sends nothing more and cancels nothing.
    /// </remarks>
    /// <param name="requests">The requests, each with an id of its own. Read once, one at a time.</param>
    /// <param name="window">How many are under way at a time, 1 to 10,000. Default: 256.</param>
    /// <param name="cancellationToken">Ends the sending and the waiting, not the generations.</param>
    /// <exception cref="NoWorkersException">Nobody takes the requests.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The window is out of its range.</exception>
    public IAsyncEnumerable<BatchAnswer> RunBatchAsync(
        IAsyncEnumerable<GenerateRequested> requests, int window = 256, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(window, 10_000);
        return AnswersAsync(requests, window, cancellationToken);
    }

    /// <summary>Sends prompts under new ids. See <see cref="RunBatchAsync(IAsyncEnumerable{GenerateRequested}, int, CancellationToken)"/>.</summary>
    /// <param name="prompts">The users' messages.</param>
    /// <param name="model">The model, also as <c>provider/model</c>. Default: the workers' default.</param>
    /// <param name="window">How many are under way at a time, 1 to 10,000. Default: 256.</param>
    /// <param name="cancellationToken">Ends the sending and the waiting, not the generations.</param>
    public IAsyncEnumerable<BatchAnswer> RunBatchAsync(
        IAsyncEnumerable<string> prompts, string? model = null, int window = 256, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        return RunBatchAsync(prompts.Select(prompt => calls.Request(prompt, model)), window, cancellationToken);
    }

    private async IAsyncEnumerable<BatchAnswer> AnswersAsync(
        IAsyncEnumerable<GenerateRequested> requests, int window, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var run = new BatchRun(calls, requests, window);
        await foreach (var answer in run.Begin().ReadAllAsync(cancellationToken))
        {
            yield return answer;
            run.MakeRoom();
        }
    }
}
