using MassTransit;
using Millrace.Contracts;
using Millrace.Engine.Failures;
using Millrace.Engine.Publishing;
using Millrace.Engine.Requests;
using Millrace.Engine.Tools;
using Millrace.Persistence.ToolCalls;

namespace Millrace.Worker.Messaging;

/// <summary>Keeps the tools that other services offer, and answers.</summary>
internal sealed class RegisterToolConsumer(RemoteToolStore store, ServiceTools tools, ToolCatalog catalog, QuestionAnswers answers) : IConsumer<RegisterTool>
{
    public async Task Consume(ConsumeContext<RegisterTool> context)
    {
        var (offered, cancellation) = (context.Message, context.CancellationToken);
        if (offered.RequestId == Guid.Empty) throw new MalformedMessageException("RequestId is the empty GUID; each request needs its own.");
        var problem = await ProblemAsync(offered, cancellation);
        if (problem is null && offered.Remove) await store.RemoveAsync(offered.Name, cancellation);
        else if (problem is null) await store.PutAsync(offered, cancellation);

        var channel = RequestRules.ChannelOf(offered.Channel);
        var answer = new ToolRegistered { RequestId = offered.RequestId, Name = offered.Name ?? "", Problem = problem };
        await answers.SendAsync(context, answer, offered.RequestId, channel, EventIds.Of(offered.RequestId, "registered"));
    }

    private async Task<string?> ProblemAsync(RegisterTool offered, CancellationToken cancellation)
    {
        if (ToolRules.Problems(offered.Name, offered.Parameters).FirstOrDefault() is { } problem) return problem;
        if (await catalog.IsTakenAsync(offered.Name, tools, cancellation))
            return $"The workers have a tool '{offered.Name}' of their own; choose another name.";
        if (offered.Remove) return null;
        return ToolRules.Problems($"Tool '{offered.Name}'", ServiceTools.Of(offered).Options, ToolRules.LongestRemote).FirstOrDefault();
    }
}
