using MassTransit;
using Millrace.Contracts;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Failures;
using Millrace.Engine.Requests;

namespace Millrace.Worker.Messaging;

/// <summary>Answers what a provider and model can do. It asks nobody, so that it can be asked often.</summary>
internal sealed class CapabilityConsumer(CapabilityTable table, QuestionAnswers answers) : IConsumer<CapabilitiesRequested>
{
    public Task Consume(ConsumeContext<CapabilitiesRequested> context)
    {
        var asked = context.Message;
        if (asked.RequestId == Guid.Empty) throw new MalformedMessageException("RequestId is the empty GUID; each request needs its own.");
        var channel = RequestRules.ChannelOf(asked.Channel);
        return answers.SendAsync(context, table.Answer(asked), asked.RequestId, channel, Guid.NewGuid());
    }
}
