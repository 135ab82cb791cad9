using System.Collections;
using System.Runtime.CompilerServices;

namespace Millrace.Tests.Servers;

/// <summary>
/// Waits for what is sure to come, by looking again and again. What has not come after <see cref="Patience.Long"/> is a failure that says what was waited for and
/// what was seen last.
/// </summary>
internal static class Until
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <param name="holds">The condition.</param>
    /// <param name="what">What is waited for. Default: the condition as it is written.</param>
    public static Task TrueAsync(Func<bool> holds, [CallerArgumentExpression(nameof(holds))] string what = "") =>
        TrueAsync(() => Task.FromResult(holds()), what);

    /// <inheritdoc cref="TrueAsync(Func{bool}, string)" />
    public static Task TrueAsync(Func<Task<bool>> holds, [CallerArgumentExpression(nameof(holds))] string what = "") =>
        FitsAsync(holds, isSo => isSo, what);

    /// <param name="expected">What is waited for.</param>
    /// <param name="look">What there is.</param>
    /// <param name="what">What it is of. Default: as it is written.</param>
    public static Task EqualAsync<T>(T expected, Func<T> look, [CallerArgumentExpression(nameof(look))] string what = "") =>
        EqualAsync(expected, () => Task.FromResult(look()), what);

    /// <inheritdoc cref="EqualAsync{T}(T, Func{T}, string)" />
    public static Task EqualAsync<T>(T expected, Func<Task<T>> look, [CallerArgumentExpression(nameof(look))] string what = "") =>
        FitsAsync(look, seen => EqualityComparer<T>.Default.Equals(seen, expected), $"{what} to be {Say(expected)}");

    /// <summary>Looks until what there is fits, and returns that.</summary>
    public static Task<T> FitsAsync<T>(
        Func<Task<T>> look, Func<T, bool> fits, [CallerArgumentExpression(nameof(fits))] string what = "", Func<T, string>? say = null) =>
        WithinAsync(Patience.Long, look, fits, what, say);

    /// <summary>For the test of what a failure says.</summary>
    internal static async Task<T> WithinAsync<T>(TimeSpan limit, Func<Task<T>> look, Func<T, bool> fits, string what, Func<T, string>? say = null)
    {
        for (var began = TimeProvider.System.GetTimestamp(); ;)
        {
            var seen = await look();
            if (fits(seen)) return seen;
            if (TimeProvider.System.GetElapsedTime(began) > limit) throw Missed(what, limit, $"Last seen: {say?.Invoke(seen) ?? Say(seen)}");
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits for something that ends by itself.</summary>
    public static async Task DoneAsync(Task task, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        try
        {
            await task.WaitAsync(Patience.Long, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw Missed(what, Patience.Long, $"It is {task.Status}.");
        }
    }

    /// <inheritdoc cref="DoneAsync(Task, string)" />
    public static async Task<T> DoneAsync<T>(Task<T> task, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        await DoneAsync((Task)task, what);
        return await task;
    }

    private static TimeoutException Missed(string what, TimeSpan limit, string seen) => new($"Not seen within {limit.TotalMinutes} minutes: {what}. {seen}");

    private static string Say(object? seen) => seen switch
    {
        null => "nothing",
        string text => $"'{text}'",
        IEnumerable many => $"[{string.Join(", ", many.Cast<object?>().Select(Say))}]",
        _ => seen.ToString() ?? "",
    };
}
