using System.Globalization;
using System.Text.Json.Nodes;
using Millrace.Client.Errors;
using Millrace.Contracts;
using Millrace.Dialects.Errors;
using Millrace.Dialects.OpenAI;
using Millrace.Gateway.Errors;
using Millrace.Gateway.Streams;

namespace Millrace.Gateway.OpenAI.Responses;

/// <summary>A response as server-sent events, from the beginning or behind an event that the reader has.</summary>
internal sealed class ResponseEventFormat(ResponseEvents events, long startingAfter = -1) : IEventFormat
{
    public IEnumerable<ServerEvent> Begin() => Tell(events.Begin());

    public IEnumerable<ServerEvent> Tell(ChunkProduced chunk) => Tell(events.Tell(chunk));

    public IEnumerable<ServerEvent> End(GenerationCompleted completed) => Tell(events.End(ResponseEnd.Of(completed, null)));

    public IEnumerable<ServerEvent> Fail(Exception exception) => exception switch
    {
        GenerationFailedException { Failed: var failed } => Tell(events.End(ResponseEnd.Of(failed))),
        GenerationCancelledException => [],
        _ => [new(Error(ErrorMap.Of(exception)), "error")],
    };

    private IEnumerable<ServerEvent> Tell(IEnumerable<JsonObject> told)
    {
        foreach (var one in told)
        {
            var number = (int)one["sequence_number"]!;
            if (number > startingAfter) yield return new(one.ToJsonString(OpenAIJson.Options), (string)one["type"]!, number.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>A fault of the stream, not of the response. (A top-level key "error" would be one to every client.)</summary>
    private static string Error(Fault fault) => OpenAIJson.Write(new { Type = "error", fault.Code, fault.Message, fault.Param });
}
