namespace Millrace.Tests.Servers;

/// <summary>Lines of a worker or another child process, in the order of their arrival. Safe for concurrent use.</summary>
internal sealed class ProcessOutput
{
    private readonly Lock gate = new();
    private readonly List<string> lines = [];
    private TaskCompletionSource changed = New();

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (gate)
                return [.. lines];
        }
    }

    /// <summary>The last lines, for a failure's message.</summary>
    public string Tail(int count = 30) => string.Join('\n', Lines.TakeLast(count));

    /// <summary>The first line, past or to come, that holds the text.</summary>
    public async Task<string> WaitForLineAsync(string text, TimeSpan? timeout = null)
    {
        var limit = timeout ?? Patience.Long;
        using var deadline = new CancellationTokenSource(limit);
        for (var seen = 0; ;)
        {
            Task next;
            lock (gate)
            {
                for (; seen < lines.Count; seen++)
                {
                    if (lines[seen].Contains(text, StringComparison.Ordinal))
                        return lines[seen];
                }

                next = changed.Task;
            }

            try
            {
                await next.WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException late) when (deadline.IsCancellationRequested)
            {
                throw new TimeoutException($"No line with '{text}' within {limit.TotalSeconds} s. The last lines:\n{Tail()}", late);
            }
        }
    }

    public async Task ReadAsync(TextReader reader)
    {
        while (await reader.ReadLineAsync() is { } line) Add(line);
    }

    public void Add(string line)
    {
        TaskCompletionSource before;
        lock (gate)
        {
            lines.Add(line);
            (before, changed) = (changed, New());
        }

        before.SetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
