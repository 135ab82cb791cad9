using MassTransit;

namespace Millrace.Client.Inbox;

/// <summary>How a transport routes events to the inbox: by the inbox's own label always, by generation on demand.</summary>
internal interface IEventBindings
{
    /// <summary>Binds the label. Called once, while the inbox's endpoint is being configured.</summary>
    void BindLabel(IReceiveEndpointConfigurator endpoint, string label);

    /// <summary>Starts to route a generation's events here, whatever their channel. Calls are counted.</summary>
    Task FollowAsync(Guid generationId, CancellationToken cancellationToken);

    /// <summary>Undoes one <see cref="FollowAsync"/>.</summary>
    Task UnfollowAsync(Guid generationId, CancellationToken cancellationToken);

    /// <summary>Binds again what is followed, after the connection was lost.</summary>
    Task RestoreAsync(CancellationToken cancellationToken);
}
