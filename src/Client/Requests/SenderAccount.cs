using MassTransit;

namespace Millrace.Client;

/// <summary>The AMQP property <c>user-id</c>: the broker refuses a message whose account is not that of the connection it came over.</summary>
internal static class SenderAccount
{
    /// <summary>Names the account; nothing happens without one, or where there is no broker.</summary>
    public static void SetUserId(this SendContext context, string? account)
    {
        if (account is not null && context.TryGetPayload(out RabbitMqSendContext? rabbit))
            rabbit.BasicProperties.UserId = account;
    }
}
