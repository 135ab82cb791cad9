using MassTransit;
using Millrace.Client.Errors;
using Millrace.Client.RabbitMq.Addresses;
using Millrace.Client.RabbitMq.Options;
using Millrace.Client.Requests;
using Millrace.Contracts;
using RabbitMQ.Client.Exceptions;

namespace Millrace.Client.RabbitMq.Requests;

/// <summary>
/// Publishes requests: confirmed, within a deadline, over short connection losses (all requests may arrive twice), and with an error when no queue
/// would take them.
/// </summary>
internal sealed class RequestPublisher(IBus bus, MillraceClientOptions options, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly string? account = options.SendUserId ? options.UserId ?? RabbitMqAddress.User(options.RabbitMq) : null;

    /// <exception cref="ArgumentException">The request is larger than <see cref="MillraceClientOptions.MaxRequestBytes"/>, or something in it is nested too deep.</exception>
    /// <exception cref="NoWorkersException">No queue is bound for it.</exception>
    /// <exception cref="FleetUnreachableException">Not confirmed in time.</exception>
    public async Task PublishAsync<T>(T request, Guid? messageId, CancellationToken cancellationToken) where T : class
    {
        CheckSize(request);
        using var deadline = Deadline.After(options.PublishTimeout, time, cancellationToken);
        Exception? last = null;
        try
        {
            while (true)
            {
                try
                {
                    await SendAsync(request, messageId, deadline.Token).WaitAsync(deadline.Token);
                    return;
                }
                catch (Exception e) when (IsConnectionLoss(e))
                {
                    last = e;
                    await Task.Delay(Pause, time, deadline.Token);
                }
            }
        }
        catch (MessageReturnedException e)
        {
            throw new NoWorkersException(
                $"Nobody takes {typeof(T).Name}: no worker has ever connected to this broker and virtual host. " +
                "Start a Millrace worker, or check that the client's connection string names the same broker and virtual host as the workers'.",
                e);
        }
        catch (OperationCanceledException) when (deadline.HasPassed && !cancellationToken.IsCancellationRequested)
        {
            throw new FleetUnreachableException(
                $"The broker at {bus.Address.Host} did not confirm {typeof(T).Name} within {options.PublishTimeout.TotalSeconds:0.###} s. " +
                "It may have arrived; sending it again with the same id is safe.",
                last);
        }
    }

    private static bool IsConnectionLoss(Exception e) =>
        e is not MessageReturnedException &&
        e is ConnectionException or TransportException or MessageNotAcknowledgedException or RabbitMQClientException;

    private async Task SendAsync<T>(T request, Guid? messageId, CancellationToken cancellationToken) where T : class =>
        await bus.Publish(
            request,
            context =>
            {
                context.Mandatory = true;
                context.MessageId = messageId ?? context.MessageId;
                context.SetUserId(account);
            },
            cancellationToken);

    private void CheckSize<T>(T request) where T : class
    {
        if (request is GenerateRequested or SessionRequested)
            RequestJson.Of(request, options.MaxRequestBytes);
        else
            NestedJson.Check(request);
    }
}
