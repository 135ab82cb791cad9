namespace Millrace.Client.RabbitMq.Requests;

/// <summary>An answer that somebody waits for. Disposing it ends the waiting: what comes after that is dropped.</summary>
/// <param name="forget">Takes it out of the list of those that are waited for.</param>
internal sealed class Awaited<T>(Action forget) : IDisposable
{
    private readonly TaskCompletionSource<T> source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Answer => source.Task;

    public void Take(T answer) => source.TrySetResult(answer);

    /// <summary>Nobody has to look at the task.</summary>
    public void Fail(Exception error)
    {
        if (source.TrySetException(error))
            _ = source.Task.Exception;
    }

    public void Dispose() => forget();
}
