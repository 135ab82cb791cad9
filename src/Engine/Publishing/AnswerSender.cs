using Millrace.Contracts;
using Millrace.Engine.Requests;

namespace Millrace.Engine.Publishing;

/// <summary>
/// Sends what was asked for to the queue that the request named. Whatever the address is, it holds up its own answer for a while and nothing else.
/// </summary>
public sealed partial class AnswerSender(IEventPublisher publisher, TimeProvider time, ILogger<AnswerSender> log)
{
    private const int Tries = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Returns when the broker has the answer, or will not take it.</summary>
    /// <param name="message">The answer.</param>
    /// <param name="subject">What it is about, a generation or a question: the same answer to the same requester has the same message id.</param>
    /// <param name="correlation">What it carries of the message that asked.</param>
    /// <param name="requester">Who gets it.</param>
    /// <param name="cancellation">Ends the trying.</param>
    public async Task SendAsync<T>(T message, Guid subject, Correlation? correlation, Requester requester, CancellationToken cancellation) where T : class
    {
        for (var tries = 1; ; tries++)
        {
            using var deadline = Deadline.After(Patience, time, cancellation);
            try
            {
                await publisher.AnswerAsync(message, subject, correlation, requester, deadline.Token);
                return;
            }
            catch (Exception fault) when (!cancellation.IsCancellationRequested && tries < Tries)
            {
                LogAgain(subject, fault.GetType().Name);
                await Task.Delay(Pause, time, cancellation);
            }
            catch (Exception fault) when (!cancellation.IsCancellationRequested)
            {
                LogNotSent(subject, fault.GetType().Name);
                return;
            }
        }
    }

    [LoggerMessage(LogLevel.Debug, "The answer to who asked for {Subject} was not taken ({Fault}); trying again")]
    private partial void LogAgain(Guid subject, string fault);

    [LoggerMessage(LogLevel.Warning, "The answer to who asked for {Subject} was not sent ({Fault}); the event was")]
    private partial void LogNotSent(Guid subject, string fault);
}
