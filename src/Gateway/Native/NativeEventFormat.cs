using System.Globalization;
using System.Text.Json;
using Millrace.Client.Errors;
using Millrace.Contracts;
using Millrace.Gateway.Errors;
using Millrace.Gateway.Streams;

namespace Millrace.Gateway.Native;

/// <summary>
/// Each chunk as it is on the broker, with its sequence as the event's id; at the end <c>completed</c>, <c>failed</c> or <c>cancelled</c> with the terminal
/// event, whose id is the number behind the last chunk's. The same for everyone, live or replayed.
/// </summary>
internal sealed class NativeEventFormat : IEventFormat
{
    public IEnumerable<ServerEvent> Begin() => [];

    public IEnumerable<ServerEvent> Tell(ChunkProduced chunk) => [new(Json(chunk), "chunk", Id(chunk.Sequence))];

    public IEnumerable<ServerEvent> End(GenerationCompleted completed) => [new(Json(completed), "completed", Id(completed.LastSequence + 1))];

    public IEnumerable<ServerEvent> Fail(Exception exception) => exception switch
    {
        GenerationFailedException { Failed: var failed } => [new(Json(failed), "failed", Id(failed.LastSequence + 1))],
        GenerationCancelledException { Cancelled: var cancelled } => [new(Json(cancelled), "cancelled", Id(cancelled.LastSequence + 1))],
        _ => [new(FaultWriter.Problem(ErrorMap.Of(exception)), "error")],
    };

    private static string Id(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Json<T>(T told) => JsonSerializer.Serialize(told, ContractsJson.Options);
}
