using MassTransit;

namespace Millrace.Client.RabbitMq.Requests;

/// <summary>The AMQP property <c>user-id</c>: the broker refuses a message whose account is not that of the connection it came over.</summary>
public static class SenderAccount
{
    /// <summary>Names the account; nothing happens without one, or where there is no broker.</summary>
    /// <param name="context">The message that is being sent.</param>
    /// <param name="account">The account. Default: none is named.</param>
    public static void SetUserId(this SendContext context, string? account)
    {
        if (account is not null && context.TryGetPayload(out RabbitMqSendContext? rabbit))
            rabbit.BasicProperties.UserId = account;
    }
}
