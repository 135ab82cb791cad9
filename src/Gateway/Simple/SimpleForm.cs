using System.Globalization;
using System.Text.Json;
using Millrace.Contracts;
using Millrace.Gateway.Errors;
using Millrace.Gateway.Requests;
using Millrace.Gateway.Streams;

namespace Millrace.Gateway.Simple;

/// <summary>
/// Plain messages with the text as it comes; at the end <c>done</c> with the answer's data, or <c>error</c> with the failure. <c>restart</c> says how many
/// characters of what has been told still count. Of a generation that calls tools, the text between the calls is told too.
/// </summary>
internal sealed class SimpleForm : IStreamForm
{
    private readonly SpokenText spoken = new();

    public IEnumerable<ServerEvent> Begin() => [];

    public IEnumerable<ServerEvent> Tell(ChunkProduced chunk)
    {
        if (chunk.Kind == ChunkKind.Text)
        {
            spoken.Add(chunk);
            yield return new(chunk.Text!);
        }
        else if (chunk.Kind == ChunkKind.Restarted && spoken.Length is var before && spoken.Keep(chunk.KeepThrough ?? 0) is var kept && kept < before)
        {
            yield return new(kept.ToString(CultureInfo.InvariantCulture), "restart");
        }
    }

    public IEnumerable<ServerEvent> End(GenerationCompleted completed) =>
        [new(JsonSerializer.Serialize(SimpleAnswer.Of(completed), JsonBody.Options), "done")];

    public IEnumerable<ServerEvent> Fail(Exception exception) => [new(FaultWriter.Problem(Faults.Of(exception)), "error")];
}
