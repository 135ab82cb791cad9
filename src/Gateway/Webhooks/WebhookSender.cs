using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Millrace.Gateway.Settings;
using Millrace.Persistence.Commit;
using Millrace.Persistence.Model;
using Millrace.Persistence.Webhooks;

namespace Millrace.Gateway.Webhooks;

/// <summary>
/// Sends what is due, in every gateway: (1) take as many deliveries as there are free slots, of each tenant and each webhook its share at most, (2) try each,
/// (3) write down what came of it: delivered, given up, or when it is tried again. What a gateway had taken when it died is due again after the lease.
/// </summary>
internal sealed partial class WebhookSender(
    WebhookDeliveryStore deliveries, WebhookPost post, WebhookShares shares, DueDeliveries due, DatabaseOutage outage, GatewayShutdown closing,
    IOptions<GatewayOptions> options, ILogger<WebhookSender> log)
    : BackgroundService
{
    /// <summary>An attempt waits for somebody else's answer and takes next to nothing meanwhile; so tenants run out of places before the gateway does.</summary>
    private const int Slots = 1024;

    /// <summary>What an attempt may take beside the waiting for its answer.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    private readonly List<Task> attempts = [];

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
            if (free == 0) await Task.WhenAny(attempts).WaitAsync(stopping);
            else if (!await TakeAsync(free, stopping)) await due.WaitAsync(stopping);
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

    /// <summary>True when something was taken: then there may be more.</summary>
    private async Task<bool> TakeAsync(int free, CancellationToken stopping)
    {
        var any = false;
        foreach (var (webhook, count) in shares.Plan(await deliveries.DueAsync(stopping), free))
        {
            foreach (var delivery in await deliveries.ClaimAsync(webhook.Id, count, options.Value.Webhooks.Timeout + Margin, stopping))
            {
                any = true;
                shares.Enter(webhook);
                attempts.Add(AttemptAsync(webhook, delivery));
            }
        }
        return any;
    }

    private async Task AttemptAsync(DueWebhook webhook, ClaimedDelivery delivery)
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
            var state = attempt.Succeeded ? WebhookDeliveryState.Delivered : pause is null ? WebhookDeliveryState.Failed : WebhookDeliveryState.Pending;
            await deliveries.SettleAsync(delivery, state, pause ?? TimeSpan.Zero, attempt.AddTo(delivery.Log), closing.Late);
            if (state == WebhookDeliveryState.Failed) LogGivenUp(delivery.Id, delivery.WebhookId, delivery.Attempt);
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
            if (shares.Leave(webhook)) due.Tell();
        }
    }

    /// <summary>A delivery that cannot even be tried waits as long as one that failed, and ends after as many times. What its log held stays as it is, or is left out if that is the fault.</summary>
    private async Task SetAsideAsync(ClaimedDelivery delivery)
    {
        try
        {
            var pause = RetryTimes.After(delivery.Attempt, options.Value.Webhooks.FirstDelay, Chance());
            var state = pause is null ? WebhookDeliveryState.Failed : WebhookDeliveryState.Pending;
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
