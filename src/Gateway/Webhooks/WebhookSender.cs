using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Millrace.Gateway.Hosting;
using Millrace.Persistence;

namespace Millrace.Gateway.Webhooks;

/// <summary>
/// Sends what is due, in every gateway: (1) take as many deliveries as there are free slots, of each webhook its share at most, (2) try each, (3) write down what came of it: delivered, given up,
/// or when it is tried again. What a gateway had taken when it died is due again after the lease.
/// </summary>
internal sealed partial class WebhookSender(
    WebhookDeliveryStore deliveries, WebhookPost post, DueDeliveries due, DatabaseOutage outage, Closing closing, IOptions<GatewayOptions> options, ILogger<WebhookSender> log)
    : BackgroundService
{
    private const int Slots = 64;

    /// <summary>What an attempt may take beside the waiting for its answer.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    private readonly List<Task> attempts = [];
    private readonly WebhookShares shares = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested) await StepAsync(stoppingToken);
        await Task.WhenAll(attempts); // they end by themselves, soon
    }

    private async Task StepAsync(CancellationToken stopping)
    {
        try
        {
            // 1
            attempts.RemoveAll(attempt => attempt.IsCompleted);
            var free = Slots - attempts.Count;
            var taken = free > 0 ? await deliveries.ClaimAsync(free, options.Value.Webhooks.Timeout + Margin, shares.Full(), stopping) : [];
            foreach (var delivery in taken) shares.Enter(delivery.WebhookId);
            attempts.AddRange(taken.Select(AttemptAsync));
            if (free == 0) await Task.WhenAny(attempts).WaitAsync(stopping);
            else if (taken.Count == 0) await due.WaitAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The loop sees it, too
        }
        catch (Exception fault) // the next look tries again
        {
            if (outage.IsTransient(fault)) LogLost(fault.GetType().Name);
            else LogFailed(fault);
            await due.PauseAsync(stopping);
        }
    }

    private async Task AttemptAsync(ClaimedDelivery delivery)
    {
        try
        {
            // 2
            if (await deliveries.TargetAsync(delivery.WebhookId, closing.Late) is not { } target)
            {
                await deliveries.DropAsync(delivery.WebhookId, closing.Late);
                return;
            }
            var attempt = await post.TryAsync(delivery, target.Url, target.Secret, closing.Late);
            // 3
            var pause = attempt.Succeeded || attempt.IsRefusedForGood ? null : RetryTimes.After(delivery.Attempt, options.Value.Webhooks.FirstDelay, Chance());
            var state = attempt.Succeeded ? WebhookDeliveryStore.Delivered : pause is null ? WebhookDeliveryStore.Failed : WebhookDeliveryStore.Pending;
            await deliveries.SettleAsync(delivery, state, pause ?? TimeSpan.Zero, attempt.AddTo(delivery.Log), closing.Late);
            if (state == WebhookDeliveryStore.Failed) LogGivenUp(delivery.Id, delivery.WebhookId, delivery.Attempt);
        }
        catch (Exception) when (closing.Now.IsCancellationRequested) // it is due again after the lease
        {
        }
        catch (Exception fault) when (outage.IsTransient(fault)) // likewise
        {
            LogLost(fault.GetType().Name);
        }
        catch (Exception fault)
        {
            LogFaulty(fault, delivery.Id, delivery.WebhookId);
            await SetAsideAsync(delivery);
        }
        finally
        {
            if (shares.Leave(delivery.WebhookId)) due.Tell();
        }
    }

    /// <summary>A delivery that cannot even be tried waits as long as one that failed, and ends after as many times. What its log held stays as it is, or is left out if that is the fault.</summary>
    private async Task SetAsideAsync(ClaimedDelivery delivery)
    {
        try
        {
            var pause = RetryTimes.After(delivery.Attempt, options.Value.Webhooks.FirstDelay, Chance());
            var state = pause is null ? WebhookDeliveryStore.Failed : WebhookDeliveryStore.Pending;
            await deliveries.SettleAsync(delivery, state, pause ?? TimeSpan.Zero, DeliveryAttempt.IsReadable(delivery.Log) ? delivery.Log! : "[]", closing.Late);
        }
        catch (Exception fault) // then it is due again after the lease
        {
            LogFaulty(fault, delivery.Id, delivery.WebhookId);
        }
    }

#pragma warning disable CA5394 // spreads retries; nothing secret depends on it
    private static double Chance() => Random.Shared.NextDouble();
#pragma warning restore CA5394

    [LoggerMessage(LogLevel.Warning, "Delivery {Delivery} to webhook {Webhook} is given up after attempt {Attempt}")]
    private partial void LogGivenUp(Guid delivery, Guid webhook, int attempt);

    [LoggerMessage(LogLevel.Warning, "Sending to webhooks was interrupted: {Fault}")]
    private partial void LogLost(string fault);

    [LoggerMessage(LogLevel.Error, "The look for webhooks' deliveries failed")]
    private partial void LogFailed(Exception fault);

    [LoggerMessage(LogLevel.Error, "Delivery {Delivery} to webhook {Webhook} cannot be tried; it is set aside, the others go on")]
    private partial void LogFaulty(Exception fault, Guid delivery, Guid webhook);
}
