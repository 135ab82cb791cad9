using System.Text.Json;
using MassTransit;
using Millrace.Contracts;
using Millrace.Worker.Events;
using Millrace.Worker.Hosting;

namespace Millrace.Worker.Intake;

/// <summary>
/// Whoever sent a message that cannot be read hears of it: beside its place in the error queue, a <see cref="RequestRejected"/> goes
/// out, under the id in the message if there is one.
/// </summary>
internal sealed class RejectionObserver(Func<EventSender> events) : IReceiveObserver
{
    public Task ReceiveFault(ReceiveContext context, Exception exception) =>
        IsIntake(context) && (Describe(exception) ?? DescribeNull(context)) is { } problem ? RejectAsync(context, problem) : Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception) where T : class =>
        IsIntake(context.ReceiveContext) && exception is MalformedMessageException ? RejectAsync(context.ReceiveContext, exception.Message) : Task.CompletedTask;

    public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType) where T : class => Task.CompletedTask;

    /// <summary>A cancel or a replay that cannot be read says nothing about the generation that it may name.</summary>
    private static bool IsIntake(ReceiveContext context) => context.InputAddress.AbsolutePath.EndsWith('/' + Endpoints.Intake, StringComparison.Ordinal);

    private Task RejectAsync(ReceiveContext context, string problem)
    {
        var (id, channel) = Sender(context);
        return events().SendAsync(
            new RequestRejected { GenerationId = id, Reason = RejectionReason.Malformed, Message = problem },
            id, channel, Guid.NewGuid(), context.CancellationToken);
    }

    /// <summary>The innermost JSON fault says field and rule; anything else is not about the message.</summary>
    private static string? Describe(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is JsonException json)
                return json.Path is null or "$" || json.Message.Contains(json.Path, StringComparison.Ordinal) ? json.Message : $"{json.Path}: {json.Message}";
        }
        return null;
    }

    /// <summary>The envelope's reader has no JSON fault for <c>null</c>: it finds no message in it, and that is not what its exception says.</summary>
    private static string? DescribeNull(ReceiveContext context) =>
        context.Body.GetString().Trim() == "null" ? "The message is null; it must be a JSON object." : null;

    private static (Guid Id, string Channel) Sender(ReceiveContext context)
    {
        try
        {
            using var document = JsonDocument.Parse(context.Body.GetBytes(), new JsonDocumentOptions { MaxDepth = int.MaxValue });
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("message", out var message)) root = message;
            if (root.ValueKind != JsonValueKind.Object) return (Guid.Empty, EventRouting.DefaultChannel);
            var id = root.TryGetProperty("generationId", out var given) && given.TryGetGuid(out var found) ? found : Guid.Empty;
            var channel = root.TryGetProperty("channel", out var label) && label.ValueKind == JsonValueKind.String ? label.GetString() : null;
            return (id, RequestRules.ChannelOf(new GenerateRequested { GenerationId = id, Channel = channel }));
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return (Guid.Empty, EventRouting.DefaultChannel);
        }
    }
}
