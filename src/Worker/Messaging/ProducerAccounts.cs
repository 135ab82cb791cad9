using MassTransit;
using Microsoft.Extensions.Options;
using Millrace.Engine.Settings;

namespace Millrace.Worker.Messaging;

/// <summary>
/// The broker's accounts and the tenants that they are bound to, <c>Millrace:Producers</c>. The broker vouches for the account: it takes no message whose <c>user-id</c>
/// is not its connection's.
/// </summary>
/// <param name="options">The bindings.</param>
/// <param name="own">The workers' own account, which reads and writes everything in any case; null in one process without a broker.</param>
internal sealed class ProducerAccounts(IOptions<MillraceOptions> options, string? own)
{
    private readonly IDictionary<string, string> bound = options.Value.Producers;
    private readonly bool isStrict = options.Value.RequireProducer;

    /// <summary>Whether accounts are bound to tenants at all.</summary>
    public bool AreBound => bound.Count > 0;

    /// <summary>The sender of a message that is being consumed. In memory there is nobody to keep apart.</summary>
    public Sender SenderOf(ConsumeContext context) =>
        AreBound && context.TryGetPayload(out RabbitMqBasicConsumeContext? broker) ? SenderOf(broker.Properties.UserId) : default;

    /// <summary>The sender with that account; null or empty for a message without one.</summary>
    public Sender SenderOf(string? account)
    {
        if (string.IsNullOrEmpty(account))
        {
            return Unbound(
                "The message does not say which of the broker's accounts has sent it; set the AMQP property user-id to the account's name. "
                + "These workers bind accounts to tenants (Millrace:Producers).");
        }
        if (bound.TryGetValue(account, out var tenant)) return new Sender(tenant == MillraceOptions.EveryTenant ? null : tenant, null);
        return account == own
            ? default
            : Unbound($"The broker's account '{account}' is bound to no tenant. The workers' setting Millrace:Producers:{account} names one, or * for all.");
    }

    private Sender Unbound(string refusal) => isStrict ? new Sender(null, refusal) : default;
}
