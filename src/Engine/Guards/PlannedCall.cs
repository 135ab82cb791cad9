using Millrace.Contracts;
using Millrace.Engine.Prompts;
using Millrace.Engine.Runs;
using Millrace.Persistence.Generations;
using Millrace.Providers.Registry;

namespace Millrace.Engine.Guards;

/// <summary>A provider call that is about to be made.</summary>
public sealed class PlannedCall(Run run, Candidate candidate, Provider provider, CallPrompt prompt, TimeProvider time)
{
    /// <summary>How long a call waits in place, for all of its guards together. For more it gives its slot up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly long planned = time.GetTimestamp();

    public Run Run => run;

    public Candidate Candidate => candidate;

    public Provider Provider => provider;

    public CallPrompt Prompt => prompt;

    /// <summary>True when this run has made a call of the step before, which failed.</summary>
    public bool IsRepeat { get; init; }

    public string Tenant => Tenants.Of(run.Request);

    /// <summary>Time since it was planned.</summary>
    public TimeSpan Waited => time.GetElapsedTime(planned);

    public TimeSpan PatienceLeft => Patience - Waited;

    /// <summary>True when a guard has let it wait in place.</summary>
    public bool HasWaited { get; private set; }

    /// <summary>True when the request's <c>NotAfter</c> has passed. What has begun its second step is carried through.</summary>
    public bool IsTooLate => run.Steps.Count == 0 && run.Request.NotAfter <= run.Now;

    /// <summary>Waits in place.</summary>
    public Task WaitAsync(TimeSpan delay, CancellationToken cancellation)
    {
        HasWaited = true;
        return Task.Delay(delay, time, cancellation);
    }
}
