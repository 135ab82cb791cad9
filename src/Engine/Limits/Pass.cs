using Millrace.Engine.Runs;
using Millrace.Persistence.Generations;

namespace Millrace.Engine.Limits;

/// <summary>The permission for one provider call. Disposing it, when the call has ended, gives back what is not needed and settles what was.</summary>
public sealed class Pass : IDisposable
{
    private const int CharactersPerToken = 4;

    private readonly LimitBook book;
    private readonly CallAverages averages;
    private readonly Run run;
    private readonly Candidate candidate;
    private readonly Ask? ask;
    private readonly long prompt;
    private readonly TimeProvider time;
    private readonly long began;

    /// <param name="ask">By which it was allowed; null where nothing is limited.</param>
    /// <param name="prompt">The estimate of the prompt's tokens.</param>
    public Pass(LimitBook book, CallAverages averages, Run run, Candidate candidate, Ask? ask, long prompt, TimeProvider time)
    {
        (this.book, this.averages, this.run, this.candidate, this.ask, this.prompt, this.time) = (book, averages, run, candidate, ask, prompt, time);
        began = time.GetTimestamp();
        book.Count(1);
    }

    public void Dispose()
    {
        book.Count(-1);
        averages.Add(candidate.Provider, candidate.Model, run.Usage, time.GetElapsedTime(began));
        if (ask is not null) book.GiveBack(ask, Used - ask.Tokens);
    }

    /// <summary>As the provider counted. A call that broke off was not counted to its end: the prompt was read, and so much has come.</summary>
    private long Used => run.Usage is { Input: { } input, Output: { } output } ? input + output : prompt + (run.Produced / CharactersPerToken);
}
