namespace Millrace.Tests.Servers;

/// <summary>Lines of a child process, in the order of their arrival. Safe for concurrent use.</summary>
internal sealed class ProcessOutput
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _changed = New();

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
                return [.. _lines];
        }
    }

    /// <summary>The last lines, for a failure's message.</summary>
    public string Tail(int count = 30) => string.Join('\n', Lines.TakeLast(count));

    /// <summary>The first line, past or to come, that holds the text.</summary>
    public async Task<string> WaitForLineAsync(string text, TimeSpan timeout)
    {
        using var deadline = new CancellationTokenSource(timeout);
        for (var seen = 0; ;)
        {
            Task changed;
            lock (_lock)
            {
                for (; seen < _lines.Count; seen++)
                {
                    if (_lines[seen].Contains(text, StringComparison.Ordinal))
                        return _lines[seen];
                }

                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException late) when (deadline.IsCancellationRequested)
            {
                throw new TimeoutException($"No line with '{text}' within {timeout.TotalSeconds} s. The last lines:\n{Tail()}", late);
            }
        }
    }

    public async Task ReadAsync(TextReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            TaskCompletionSource changed;
            lock (_lock)
            {
                _lines.Add(line);
                (changed, _changed) = (_changed, New());
            }

            changed.SetResult();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
