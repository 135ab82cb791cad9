using Millrace.Client.RabbitMq.Requests;
using Millrace.Contracts;

namespace Millrace.Client.RabbitMq.Inbox;

/// <summary>What the workers say that belongs to no generation's stream.</summary>
internal sealed class WorkerReplies
{
    /// <summary>About sessions.</summary>
    public SessionAnswers Sessions { get; } = new();

    /// <summary>About models.</summary>
    public AwaitedAnswers<CapabilitiesAnswered> Capabilities { get; } = new(answered => answered.RequestId);

    /// <summary>About stored bytes.</summary>
    public AwaitedAnswers<ContentAnswered> Contents { get; } = new(answered => answered.RequestId);

    /// <summary>About tools that are offered or taken back.</summary>
    public AwaitedAnswers<ToolRegistered> Registrations { get; } = new(answered => answered.RequestId);

    /// <summary>Calls that wait for somebody's consent.</summary>
    public ApprovalFeed Approvals { get; } = new();

    /// <summary>Ends everybody's waiting.</summary>
    public void Fail(Exception fault)
    {
        Sessions.Fail(fault);
        Capabilities.Fail(fault);
        Contents.Fail(fault);
        Registrations.Fail(fault);
        Approvals.Fail(fault);
    }
}
