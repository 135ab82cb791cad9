using System.Threading.Channels;
using Millrace.Client.Errors;
using Millrace.Client.Streaming;
using Millrace.Contracts;

namespace Millrace.Client.Batches;

/// <summary>Many requests with a window of them under way. Each has an id of its own, so sending one again after an outage is the same generation.</summary>
internal sealed class BatchRun(GenerationCalls calls, IAsyncEnumerable<GenerateRequested> requests, int window) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Channel<BatchAnswer> answers = Channel.CreateUnbounded<BatchAnswer>();
    private readonly SemaphoreSlim room = new(window);
    private readonly CancellationTokenSource ending = new();

    private Task sending = Task.CompletedTask;

    public ChannelReader<BatchAnswer> Begin()
    {
        sending = SendAllAsync();
        return answers.Reader;
    }

    /// <summary>An answer has been taken; only then there is room for another request.</summary>
    public void MakeRoom() => room.Release();

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        room.Dispose();
        ending.Dispose();
    }

    private async Task SendAllAsync()
    {
        var under = new HashSet<Task>();
        Exception? fault = null;
        try
        {
            await using var source = requests.GetAsyncEnumerator(ending.Token);
            while (!under.Any(task => task.IsFaulted))
            {
                await room.WaitAsync(ending.Token); // before it is read: a source may be a file that grows, or cost something
                if (under.Any(task => task.IsFaulted) || !await source.MoveNextAsync())
                    break;
                under.RemoveWhere(task => task.IsCompletedSuccessfully);
                under.Add(AnswerAsync(source.Current));
            }
        }
        catch (Exception broken) // the source's own: who reads the answers gets it behind those that were asked for
        {
            fault = broken;
        }
        await Task.WhenAll(under).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        fault ??= under.Select(task => task.Exception?.InnerException).FirstOrDefault(broken => broken is not null);
        answers.Writer.TryComplete(fault);
    }

    private static bool IsOfTheRequest(Exception error) =>
        error is GenerationFailedException or GenerationCancelledException or RequestRejectedException or ArgumentException;

    private async Task AnswerAsync(GenerateRequested request)
    {
        while (true)
        {
            try
            {
                var completed = await calls.GenerateAsync(request with { Class = GenerationClass.Bulk }, first: null, ending.Token);
                answers.Writer.TryWrite(new(request, completed, null));
                return;
            }
            catch (Exception error) when (IsOfTheRequest(error))
            {
                answers.Writer.TryWrite(new(request, null, error));
                return;
            }
            catch (FleetUnreachableException)
            {
                await Task.Delay(Pause, calls.Time, ending.Token);
            }
            catch (RateLimitedException full)
            {
                await Task.Delay(full.RetryAfter > Pause ? full.RetryAfter : Pause, calls.Time, ending.Token);
            }
            catch (Exception) // nobody takes an answer for it, so nobody else would make room: whoever waits for some must see this
            {
                room.Release();
                throw;
            }
        }
    }
}
