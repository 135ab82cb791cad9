using MassTransit;

namespace Millrace.Client.RabbitMq.Inbox;

/// <summary>How a transport routes events to the inbox: by the inbox's own label always, by other routing keys on demand.</summary>
internal interface IEventBindings
{
    /// <summary>The key of everything about one generation, whatever its channel.</summary>
    static string KeyOf(Guid generationId) => $"*.*.{generationId:D}";

    /// <summary>Binds the label. Called while the inbox's endpoint is being configured, and again with the endpoint that replaces it.</summary>
    void BindLabel(IReceiveEndpointConfigurator endpoint, string label);

    /// <summary>Starts to route what has such a key here. Calls are counted.</summary>
    Task FollowAsync(string routingKey, CancellationToken cancellationToken);

    /// <summary>Undoes one <see cref="FollowAsync"/>.</summary>
    Task UnfollowAsync(string routingKey, CancellationToken cancellationToken);

    /// <summary>Binds again what is followed, after the connection was lost.</summary>
    Task RestoreAsync(CancellationToken cancellationToken);

    /// <summary>Binds everything again, in case somebody has deleted a binding or an exchange. Called every so often; never throws.</summary>
    Task KeepAsync(CancellationToken cancellationToken);
}
