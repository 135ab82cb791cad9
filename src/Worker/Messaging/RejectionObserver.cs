using System.Runtime.Serialization;
using System.Text.Json;
using MassTransit;
using Millrace.Contracts;
using Millrace.Dialects.Errors;
using Millrace.Engine.Failures;

namespace Millrace.Worker.Messaging;

/// <summary>Tells of messages that cannot be read, or are refused by what reads them.</summary>
internal sealed class RejectionObserver(Func<Rejections> rejections) : IReceiveObserver
{
    public Task ReceiveFault(ReceiveContext context, Exception exception)
    {
        if (Describe(exception) is { } problem) return RejectAsync(context, problem);
        if (context.Body.GetString().Trim() == "null") return RejectAsync(context, "The message is null; it must be a JSON object.");
        return IsAboutReading(exception) ? rejections().RejectUnreadableAsync(context, context.CancellationToken) : Task.CompletedTask;
    }

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception) where T : class =>
        exception is MalformedMessageException ? RejectAsync(context.ReceiveContext, exception.Message) : Task.CompletedTask;

    public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType) where T : class => Task.CompletedTask;

    private Task RejectAsync(ReceiveContext context, string problem) =>
        rejections().SendAsync(context, RejectionReason.Malformed, problem, context.CancellationToken);

    /// <summary>The innermost JSON fault says field and rule.</summary>
    private static string? Describe(Exception exception) => Causes(exception).OfType<JsonException>().FirstOrDefault() is { } json ? JsonProblem.Of(json) : null;

    /// <summary>What is not about reading is not about the message.</summary>
    private static bool IsAboutReading(Exception exception) => Causes(exception).Any(cause => cause is SerializationException or FormatException);

    private static IEnumerable<Exception> Causes(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException) yield return exception;
    }
}
