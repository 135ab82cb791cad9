using MassTransit;
using Millrace.Engine.Publishing;
using Millrace.Engine.Requests;

namespace Millrace.Worker.Messaging;

/// <summary>Answers questions to the fleet: as an event under the channel that they name, and to who wants it as an answer.</summary>
internal sealed class QuestionAnswers(EventSender events, AnswerSender answers)
{
    /// <param name="question">As it came.</param>
    /// <param name="answer">What is told.</param>
    /// <param name="subject">The third part of the event's routing key.</param>
    /// <param name="channel">The second.</param>
    /// <param name="messageId">Of the event.</param>
    public async Task SendAsync<T>(ConsumeContext question, T answer, Guid subject, string channel, Guid messageId) where T : class
    {
        var origin = Origin.Of(question);
        var correlation = ProducerHeaders.Problem(origin.Correlation.Headers) is null ? origin.Correlation : origin.Correlation with { Headers = null };
        await events.SendAsync(answer, subject, channel, messageId, correlation, question.CancellationToken);
        if (origin.Requester is { } requester) await answers.SendAsync(answer, subject, correlation, requester with { Accepts = null }, question.CancellationToken);
    }
}
