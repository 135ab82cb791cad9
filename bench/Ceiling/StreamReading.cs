using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using Microsoft.Extensions.AI;
using OpenAI;

namespace Millrace.Bench;

/// <summary>One stream, read to its end. Milliseconds.</summary>
/// <param name="Whole">Every piece came once and in order, and the stream said that it was over.</param>
/// <param name="FirstTokenMs">From the call to the first text.</param>
/// <param name="OverheadMs">From the provider's sending of the first text to its arrival here.</param>
internal readonly record struct Outcome(bool Whole, double FirstTokenMs, double OverheadMs);

/// <summary>Reads streams through the OpenAI SDK, so many at once.</summary>
internal sealed class StreamReading : IDisposable
{
    private readonly MockModel model;
    private readonly HttpClient http = new(new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
    private readonly IChatClient chat;

    public StreamReading(Uri endpoint, MockModel model)
    {
        this.model = model;
        var options = new OpenAIClientOptions
        {
            Endpoint = endpoint,
            Transport = new HttpClientPipelineTransport(http),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
        };
        chat = new OpenAIClient(new ApiKeyCredential("x"), options).GetChatClient(model.Name).AsIChatClient();
    }

    public async Task<IReadOnlyList<Outcome>> RunAsync(int count, int inFlight)
    {
        var outcomes = new Outcome[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = inFlight },
            async (index, cancel) => outcomes[index] = await ReadAsync(cancel));
        return outcomes;
    }

    private async Task<Outcome> ReadAsync(CancellationToken cancel)
    {
        var calledUs = WallClock.NowUs;
        long firstUs = 0;
        var finished = false;
        var text = new StringBuilder();
        await foreach (var update in chat.GetStreamingResponseAsync("bench", cancellationToken: cancel))
        {
            if (text.Length == 0 && update.Text.Length > 0)
                firstUs = WallClock.NowUs;
            text.Append(update.Text);
            finished |= update.FinishReason == ChatFinishReason.Stop;
        }

        var whole = text.ToString();
        return MockText.TryReadTimes(whole, out _, out var sentUs)
            ? new Outcome(finished && MockText.IsWhole(whole, this.model.Chunks), (firstUs - calledUs) / 1000.0, (firstUs - sentUs) / 1000.0)
            : default;
    }

    public void Dispose()
    {
        chat.Dispose();
        http.Dispose();
    }
}
