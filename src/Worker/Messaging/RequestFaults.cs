using MassTransit;
using MassTransit.Events;
using MassTransit.Metadata;
using Millrace.Contracts;

namespace Millrace.Worker.Messaging;

/// <summary>A request client that does not take an end of another kind than the good one would wait in vain: it gets MassTransit's fault, as from any service that failed.</summary>
internal static class RequestFaults
{
    public static Fault<GenerateRequested>? Of<T>(T message) => message switch
    {
        GenerationFailed failed => Faulted(failed.GenerationId, $"{nameof(GenerationFailed)}: {failed.Reason}: {failed.Message}"),
        GenerationCancelled cancelled => Faulted(cancelled.GenerationId, $"{nameof(GenerationCancelled)}: {cancelled.Reason}"),
        RequestRejected rejected => Faulted(rejected.GenerationId, $"{nameof(RequestRejected)}: {rejected.Message}"),
        _ => null,
    };

    private static FaultEvent<GenerateRequested> Faulted(Guid generation, string why) => new(
        new GenerateRequested { GenerationId = generation }, null, HostMetadataCache.Host,
        [new FaultExceptionInfo(new RequestEndedException(why))], [MessageUrn.ForTypeString<GenerateRequested>()]);
}
