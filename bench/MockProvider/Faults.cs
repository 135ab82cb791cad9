namespace Millrace.Bench;

/// <summary>A share of calls that go wrong, in turn: a 500, a 503, and a stream that breaks off.</summary>
internal sealed class Faults(double share)
{
    private int number;

    /// <summary>True when the call has been dealt with.</summary>
    public async Task<bool> MeetAsync(HttpContext context)
    {
        if (Random.Shared.NextDouble() >= share) return false;
        switch (Interlocked.Increment(ref number) % 3)
        {
            case 0:
                await ErrorAnswer.WriteAsync(context, StatusCodes.Status500InternalServerError, "A fault that was asked for.");
                break;
            case 1:
                await ErrorAnswer.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "A fault that was asked for.");
                break;
            default:
                context.Response.ContentType = "text/event-stream";
                await context.Response.WriteAsync("data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"br\"}}]}\n\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                context.Abort();
                break;
        }
        return true;
    }
}
