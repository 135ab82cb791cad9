namespace Millrace.Bench;

/// <summary>Keeps so many generations in flight: each of that many lanes asks for its next one when its last has ended.</summary>
internal sealed class Load(RequestPublisher requests, Watch watch, TimeSpan patience)
{
    public Task RunAsync(int count, int inFlight) =>
        Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = inFlight }, async (_, cancel) =>
        {
            var id = Guid.CreateVersion7();
            var ended = watch.Begin(id);
            await requests.PublishAsync(id, cancel);
            try
            {
                await ended.WaitAsync(patience, cancel);
            }
            catch (TimeoutException)
            {
                watch.Lost(id);
            }
        });
}
