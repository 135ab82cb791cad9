using System.Globalization;
using System.Text.Json;
using Millrace.Contracts;
using Millrace.Dialects.Bodies;
using Millrace.Gateway.Errors;
using Millrace.Gateway.Streams;

namespace Millrace.Gateway.Simple;

/// <summary>
/// Plain messages with the text as it comes; at the end <c>done</c> with the answer's data, or <c>error</c> with the failure. <c>restart</c> says how many
/// characters of what has been told still count. Of a generation that calls tools, the text between the calls is told too.
/// </summary>
internal sealed class SimpleEventFormat : IEventFormat
{
    private readonly SpokenText spoken = new();
    private string held = "";

    public IEnumerable<ServerEvent> Begin() => [];

    public IEnumerable<ServerEvent> Tell(ChunkProduced chunk)
    {
        if (chunk.Kind == ChunkKind.Text)
        {
            var text = WithLineFeeds(chunk.Text!);
            spoken.Add(chunk with { Text = text });
            if (text.Length > 0) yield return new(text);
        }
        else if (chunk.Kind == ChunkKind.Restarted && spoken.Length is var before && spoken.Keep(chunk.KeepThrough ?? 0) is var kept && kept < before)
        {
            held = "";
            yield return new(kept.ToString(CultureInfo.InvariantCulture), "restart");
        }
    }

    public IEnumerable<ServerEvent> End(GenerationCompleted completed)
    {
        if (held.Length > 0) yield return new("\n");
        yield return new(JsonSerializer.Serialize(SimpleAnswer.Of(completed), JsonBody.Options), "done");
    }

    public IEnumerable<ServerEvent> Fail(Exception exception) => [new(FaultWriter.Problem(ErrorMap.Of(exception)), "error")];

    /// <summary>The format knows line feeds only. A carriage return at the end waits for what comes behind it: together they may be one line end.</summary>
    private string WithLineFeeds(string text)
    {
        text = held + text;
        held = text.EndsWith('\r') ? "\r" : "";
        return text[..^held.Length].Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
    }
}
