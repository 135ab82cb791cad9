using MassTransit;
using MassTransit.Events;
using MassTransit.Metadata;
using MassTransit.Serialization;
using Millrace.Contracts;
using Millrace.Worker.Requests;

namespace Millrace.Worker.Publishing;

/// <summary>
/// Sends what was asked for to the queue that the request named, as MassTransit's request client and AMQP's own clients expect it. A queue that is not there is
/// no fault: nobody waits any more. Whatever the address is, it holds up its own answer for a while and nothing else.
/// </summary>
internal sealed partial class AnswerSender(Outbound outbound, TimeProvider time, ILogger<AnswerSender> log)
{
    private const int Tries = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private static readonly SystemTextJsonRawMessageSerializer Plain = new(RawSerializerOptions.AddTransportHeaders);

    /// <summary>Returns when the broker has the answer, or will not take it.</summary>
    /// <param name="message">The answer.</param>
    /// <param name="subject">What it is about, a generation or a question: the same answer to the same requester has the same message id.</param>
    /// <param name="correlation">What it carries of the message that asked.</param>
    /// <param name="requester">Who gets it.</param>
    /// <param name="cancellation">Ends the trying.</param>
    public async Task SendAsync<T>(T message, Guid subject, Correlation? correlation, Requester requester, CancellationToken cancellation) where T : class
    {
        if (!requester.Takes(typeof(T)) && Refusal(message) is { } fault)
        {
            await TrySendAsync<Fault<GenerateRequested>>(fault, subject, correlation, requester, cancellation);
            return;
        }
        await TrySendAsync(message, subject, correlation, requester, cancellation);
    }

    private async Task TrySendAsync<T>(T message, Guid subject, Correlation? correlation, Requester requester, CancellationToken cancellation) where T : class
    {
        var pipe = Pipe.Execute<SendContext<T>>(context => Address(context, subject, correlation, requester));
        for (var tries = 1; ; tries++)
        {
            using var deadline = Deadline.After(Patience, time, cancellation);
            try
            {
                await outbound.AnswerAsync(requester.Queue, message, pipe, deadline.Token);
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

    private static void Address<T>(SendContext<T> context, Guid subject, Correlation? correlation, Requester requester) where T : class
    {
        context.MessageId = EventIds.Of(subject, $"answer/{requester.Queue}/{requester.RequestId}/{requester.CorrelationId}");
        context.RequestId = requester.RequestId;
        context.Apply(correlation);
        if (context.TryGetPayload<RabbitMqSendContext>(out _)) context.SetRoutingKey(requester.Queue);
        if (!requester.IsPlain)
        {
            context.CorrelationId = subject;
            return;
        }
        context.Serializer = Plain;
        if (context.TryGetPayload<RabbitMqSendContext>(out var amqp))
            (amqp.BasicProperties.CorrelationId, amqp.BasicProperties.Type) = (requester.CorrelationId, typeof(T).Name);
    }

    /// <summary>A request client that does not take this end would wait in vain: it hears of it as of any service that has failed.</summary>
    private static FaultEvent<GenerateRequested>? Refusal<T>(T message) => message switch
    {
        GenerationFailed failed => Faulted(failed.GenerationId, $"{nameof(GenerationFailed)}: {failed.Reason}: {failed.Message}"),
        GenerationCancelled cancelled => Faulted(cancelled.GenerationId, $"{nameof(GenerationCancelled)}: {cancelled.Reason}"),
        RequestRejected rejected => Faulted(rejected.GenerationId, $"{nameof(RequestRejected)}: {rejected.Message}"),
        _ => null,
    };

    private static FaultEvent<GenerateRequested> Faulted(Guid generation, string why) => new(
        new GenerateRequested { GenerationId = generation }, null, HostMetadataCache.Host,
        [new FaultExceptionInfo(new RequestEndedException(why))], [MessageUrn.ForTypeString<GenerateRequested>()]);

    [LoggerMessage(LogLevel.Debug, "The answer to who asked for {Subject} was not taken ({Fault}); trying again")]
    private partial void LogAgain(Guid subject, string fault);

    [LoggerMessage(LogLevel.Warning, "The answer to who asked for {Subject} was not sent ({Fault}); the event was")]
    private partial void LogNotSent(Guid subject, string fault);
}
