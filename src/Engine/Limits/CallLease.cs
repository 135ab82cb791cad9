using Millrace.Engine.Guards;

namespace Millrace.Engine.Limits;

/// <summary>The permission for one provider call. Released, when the call has ended, it gives back what is not needed and settles what was.</summary>
public sealed class CallLease : ICallLease
{
    private const int CharactersPerToken = 4;

    private readonly LeaseQueue queue;
    private readonly CallAverages averages;
    private readonly PlannedCall call;
    private readonly LeaseRequest? request;
    private readonly long promptTokens;
    private readonly TimeProvider time;
    private readonly long began;

    /// <param name="request">By which it was allowed; null where nothing is limited.</param>
    /// <param name="promptTokens">The estimate of the prompt's tokens; 0 where none are limited.</param>
    public CallLease(LeaseQueue queue, CallAverages averages, PlannedCall call, LeaseRequest? request, long promptTokens, TimeProvider time)
    {
        (this.queue, this.averages, this.call, this.request, this.promptTokens, this.time) = (queue, averages, call, request, promptTokens, time);
        began = time.GetTimestamp();
        queue.Count(1);
    }

    public ValueTask ReleaseAsync(CallEnd end)
    {
        queue.Count(-1);
        averages.Add(call.Candidate.Provider, call.Candidate.Model, call.Run.Output.Usage, time.GetElapsedTime(began));
        if (request is not null) queue.GiveBack(request, Used() - request.Tokens);
        return ValueTask.CompletedTask;
    }

    /// <summary>As the provider counted. A call that broke off was not counted to its end: the prompt was read, and so much has come.</summary>
    private long Used()
    {
        var output = call.Run.Output;
        if (output.Usage is { Input: { } read, Output: { } written }) return read + written;
        return promptTokens + (output.Characters / CharactersPerToken);
    }
}
