using MassTransit;
using Millrace.Contracts;
using Millrace.Engine.Failures;
using Millrace.Engine.Requests;
using Millrace.Persistence.Chunks;

namespace Millrace.Worker.Messaging;

/// <summary>Answers from the log with one page.</summary>
internal sealed class ReplayConsumer(ReplayPages pages, QuestionAnswers answers) : IConsumer<ReplayRequested>
{
    public async Task Consume(ConsumeContext<ReplayRequested> context)
    {
        var (asked, cancellation) = (context.Message, context.CancellationToken);
        if (asked.GenerationId == Guid.Empty) throw new MalformedMessageException("GenerationId is the empty GUID; name the generation to replay.");
        if (asked.Channel is { } given && !RequestRules.IsChannel(given)) throw new MalformedMessageException("Channel must match [A-Za-z0-9_-]{1,64}.");
        var (page, channel) = await pages.ReadAsync(asked, cancellation);
        await answers.SendAsync(context, page, asked.GenerationId, asked.Channel ?? channel ?? EventRouting.DefaultChannel, Guid.NewGuid());
    }
}
