using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Millrace.Client;
using Millrace.Client.Errors;
using Millrace.Client.Options;
using Millrace.Contracts;
using Millrace.Tests.Client.Fakes;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Client;

/// <summary>What a client makes of a gateway that refuses, is away, or breaks off.</summary>
[Integration]
public sealed class HttpFaultTests
{
    private const string Key = "mk-canary-81c5";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_passes_is_waited_for_and_the_request_is_done_once()
    {
        await using var stage = await Stage.HttpAsync();
        int[] statuses = [503, 429, 500, 502];
        var (time, calls) = (new FakeTimeProvider(), new List<DateTimeOffset>());
        stage.Gateway!.Meets = http =>
        {
            if (http.Request.Method != "POST" || calls.Count == statuses.Length) return Task.FromResult(false);
            calls.Add(time.GetUtcNow());
            return RefuseAsync(http, statuses[calls.Count - 1], "passing", retryAfter: calls.Count == 2 ? 60 : null);
        };
        var client = await stage.ClientAsync(options => options.PublishTimeout = options.UnknownAfter = TimeSpan.FromDays(1), time); // this clock runs while a call is under way, too

        var answer = client.GenerateAsync("hello", cancellationToken: Token);
        await Until.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return answer.IsCompleted;
        }, "the answer");

        Assert.Equal(5, (await answer).LastSequence);
        Assert.True(calls[2] - calls[1] >= TimeSpan.FromSeconds(60), "Retry-After was 60 s");
        Assert.Single(stage.Fleet.Requests);
    }

    [Fact]
    public async Task A_limit_that_lasts_longer_than_the_call_may_is_told_with_its_time()
    {
        await using var stage = await Stage.HttpAsync();
        stage.Gateway!.Meets = http => RefuseAsync(http, 429, "rate_limited", retryAfter: 3600);
        var client = await stage.ClientAsync();

        var limited = await Assert.ThrowsAsync<RateLimitedException>(() => client.SubmitAsync("hello", cancellationToken: Token));

        Assert.Equal(("Refused as rate_limited.", TimeSpan.FromHours(1)), (limited.Message, limited.RetryAfter));
        Assert.Single(stage.Gateway.Calls);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task A_refused_key_is_told_everywhere_and_never_shown(int status)
    {
        await using var stage = await Stage.HttpAsync();
        stage.Gateway!.Meets = http => http.Request.Headers.Authorization == $"Bearer {Key}" ? RefuseAsync(http, status, "key") : RefuseAsync(http, 418, "no_key");
        await using var client = new MillraceClient(new MillraceHttpOptions { Gateway = stage.Gateway.Url, ApiKey = Key });

        Func<Task>[] calls =
        [
            () => client.SubmitAsync("hello", cancellationToken: Token), () => client.WaitAsync(Guid.NewGuid(), Token), () => client.Stream("hello").SequencesAsync(),
            () => client.Follow(Guid.NewGuid()).SequencesAsync(), () => client.CancelAsync(Guid.NewGuid(), "why", Token), () => client.CreateSession().SaveAsync(Token),
            () => client.CapabilitiesAsync(cancellationToken: Token), () => client.UploadAsync("text"u8.ToArray(), "text/plain", cancellationToken: Token),
            () => client.ApproveToolCallAsync(Guid.NewGuid(), "call-1", Token),
        ];
        foreach (var call in calls)
        {
            var refused = await Assert.ThrowsAsync<AccessRefusedException>(call);
            Assert.Equal("Refused as key.", refused.Message);
            Assert.DoesNotContain(Key, refused.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_gateway_that_is_not_there_is_told_in_time_by_whatever_was_called()
    {
        var nobody = new Uri($"http://127.0.0.1:{FreePorts.Next()}");
        await using var client = new MillraceClient(new MillraceHttpOptions { Gateway = nobody, ApiKey = Key, PublishTimeout = TimeSpan.FromSeconds(1), AnswerTimeout = TimeSpan.FromSeconds(1) });

        Func<Task>[] calls =
        [
            () => client.SubmitAsync("hello", cancellationToken: Token), () => client.WaitAsync(Guid.NewGuid(), Token), () => client.Stream("hello").SequencesAsync(),
            () => client.Follow(Guid.NewGuid()).SequencesAsync(), () => client.CancelAsync(Guid.NewGuid(), cancellationToken: Token), () => client.CreateSession().SaveAsync(Token),
        ];
        await Task.WhenAll(calls.Select(async call =>
        {
            var away = await Assert.ThrowsAsync<FleetUnreachableException>(call);
            Assert.Contains(nobody.Authority, away.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(Key, away.ToString(), StringComparison.Ordinal);
        }));
    }

    [Fact]
    public async Task Something_else_at_the_address_is_said_to_be_no_gateway()
    {
        await using var stage = await Stage.HttpAsync();
        await using var client = new MillraceClient(new MillraceHttpOptions { Gateway = new Uri(stage.Gateway!.Url, "elsewhere") });

        var lost = await Assert.ThrowsAsync<FleetUnreachableException>(() => client.SubmitAsync("hello", cancellationToken: Token));

        Assert.Contains("/elsewhere answered 404: There is nothing at POST /elsewhere/api/generations. Check that it is the address of a gateway.", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_that_stops_in_mid_stream_is_gone_on_with_when_it_is_back()
    {
        await using var stage = await Stage.HttpAsync();
        var rest = new TaskCompletionSource();
        stage.Fleet.Plan = _ => new Script { Chunks = 20, Before = sequence => sequence == 11 ? rest.Task : Task.CompletedTask };
        await using var client = new MillraceClient(Stage.OverHttp(stage.Gateway!.Url, _ => { }));
        FakeGateway? again = null;

        await using var stream = client.Stream("hello");
        var read = await stream.SequencesAsync(async chunk =>
        {
            if (chunk.Sequence != 10) return;
            await stage.Gateway.DisposeAsync();
            again = await FakeGateway.StartAsync(stage.Bus, stage.Fleet, stage.Gateway.Url);
            rest.SetResult();
        });

        Assert.Equal(Reading.Through(20), read);
        Assert.Equal("w20 ", (await stream.Completion).Text[^4..]);
        Assert.Single(stage.Fleet.Requests);
        await again!.DisposeAsync();
    }

    [Fact]
    public async Task A_stream_on_which_nothing_comes_any_more_is_opened_again_behind_its_last_chunk()
    {
        await using var stage = await Stage.HttpAsync();
        stage.Fleet.Plan = _ => new Script { Chunks = 20 };
        var seen = new List<string>();
        stage.Gateway!.Meets = async http =>
        {
            if (!http.Request.Path.Value!.EndsWith("/events", StringComparison.Ordinal)) return false;
            seen.Add(http.Request.Headers["Last-Event-ID"].ToString());
            if (seen.Count > 1) return false;
            http.Response.ContentType = "text/event-stream";
            for (var sequence = 1; sequence <= 3; sequence++) await RelayAsync(http, Chunk.Text(IdIn(http), sequence));
            await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };
        var (options, time) = (Stage.OverHttp(stage.Gateway.Url, options => options.PublishTimeout = TimeSpan.FromDays(1)), new FakeTimeProvider());
        options.Silence = TimeSpan.FromSeconds(100);
        await using var client = new MillraceClient(options, time: time);

        var last = 0L;
        var reading = client.Stream("hello").SequencesAsync(chunk =>
        {
            last = chunk.Sequence;
            return Task.CompletedTask;
        });
        await Until.TrueAsync(() =>
        {
            if (last == 3 && seen.Count == 1) time.Advance(options.Silence / 10);
            return reading.IsCompleted;
        }, "the end of the stream");

        Assert.Equal(Reading.Through(20), await reading);

        Assert.Equal(["", "3"], seen);
    }

    [Fact]
    public async Task A_slow_reader_holds_up_the_gateway_instead_of_filling_memory_and_hears_of_the_end_all_the_same()
    {
        const int Chunks = 1_000;
        await using var stage = await Stage.HttpAsync();
        stage.Fleet.Plan = _ => new Script { Chunks = Chunks };
        var (sent, text) = (0, new string('x', 128 * 1024));
        stage.Gateway!.Meets = async http =>
        {
            if (!http.Request.Path.Value!.EndsWith("/events", StringComparison.Ordinal)) return false;
            var (id, seen) = (IdIn(http), long.TryParse(http.Request.Headers["Last-Event-ID"].ToString(), out var last) ? last : 0);
            http.Response.ContentType = "text/event-stream";
            for (var sequence = seen + 1; sequence <= Chunks; sequence++)
            {
                await RelayAsync(http, Chunk.Text(id, sequence, text));
                Interlocked.Increment(ref sent);
            }

            await WriteAsync(http, "completed", Ends.Completed(id, Chunks));
            return true;
        };
        var client = await stage.ClientAsync(options => options.StreamBuffer = 10);

        await using var stream = client.Stream("hello");
        Assert.Equal(Chunks, (await stream.Completion).LastSequence);
        var ahead = Volatile.Read(ref sent);
        var read = await stream.SequencesAsync();

        Assert.InRange(ahead, 0, Chunks / 2); // what the sockets of two sides hold, and not a hundred megabytes
        Assert.Equal(Reading.Through(Chunks), read);
    }

    private static async Task<bool> RefuseAsync(HttpContext http, int status, string code, int? retryAfter = null)
    {
        http.Response.StatusCode = status;
        if (retryAfter is { } seconds) http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        http.Response.ContentType = "application/problem+json";
        await http.Response.WriteAsync(JsonSerializer.Serialize(new { status, code, detail = $"Refused as {code}." }));
        return true;
    }

    private static Guid IdIn(HttpContext http) => Guid.Parse(http.Request.Path.Value!.Split('/')[3]);

    private static Task RelayAsync(HttpContext http, ChunkProduced chunk) => WriteAsync(http, "chunk", chunk);

    private static async Task WriteAsync<T>(HttpContext http, string kind, T told)
    {
        await http.Response.WriteAsync($"event: {kind}\ndata: {JsonSerializer.Serialize(told, ContractsJson.Options)}\n\n", http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }
}
