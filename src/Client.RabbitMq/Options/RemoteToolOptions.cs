namespace Millrace.Client.RabbitMq.Options;

/// <summary>How the fleet has the calls of a tool made that this service runs.</summary>
public sealed class RemoteToolOptions
{
    /// <summary>
    /// How long a call may take, 1 s to 30 days in whole seconds, from the moment the fleet asks for it; the time it waits for this service is part of
    /// it. After that the model is told that it failed.
    /// </summary>
    /// <value>The default is 15 minutes.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>True when somebody has to agree to each call before it is made.</summary>
    /// <value>The default is false.</value>
    public bool RequiresApproval { get; set; }

    /// <summary>The most calls that run at the same time in this process, 1 to 1,000. Others wait, or go to another replica of the service.</summary>
    /// <value>The default is 16.</value>
    public int Concurrency { get; set; } = 16;
}
