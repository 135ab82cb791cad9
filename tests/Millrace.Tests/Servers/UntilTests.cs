namespace Millrace.Tests.Servers;

public sealed class UntilTests
{
    [Fact]
    public async Task What_comes_later_is_waited_for_and_returned()
    {
        var looks = 0;

        Assert.Equal(3, await Until.FitsAsync(async () => await Task.FromResult(++looks), seen => seen == 3));
        await Until.TrueAsync(() => ++looks == 5);
        await Until.EqualAsync("7", async () => await Task.FromResult($"{++looks}"));

        Assert.Equal(7, looks);
    }

    [Fact]
    public async Task What_goes_wrong_meanwhile_is_told()
    {
        Func<Task<bool>> look = () => throw new InvalidOperationException("It has ended.");

        Assert.Equal("It has ended.", (await Assert.ThrowsAsync<InvalidOperationException>(() => Until.TrueAsync(look))).Message);
        Assert.Equal("broken", (await Assert.ThrowsAsync<InvalidOperationException>(() => Until.DoneAsync(Task.FromException<int>(new InvalidOperationException("broken"))))).Message);
    }

    [Fact]
    public async Task What_never_comes_is_told_with_what_was_seen_last()
    {
        var looks = 0;

        var missed = await Assert.ThrowsAsync<TimeoutException>(() => Until.WithinAsync(
            TimeSpan.Zero, () => Task.FromResult(new[] { "look", $"{++looks}" }), seen => seen.Length > 2, "a third word"));

        Assert.Equal($"Not seen within 0 minutes: a third word. Last seen: ['look', '{looks}']", missed.Message);
    }
}
