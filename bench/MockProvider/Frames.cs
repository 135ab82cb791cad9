using System.Buffers;
using System.Globalization;
using System.Text;

namespace Millrace.Bench;

/// <summary>The server-sent events of one stream. What is the same in all of them is made once.</summary>
internal sealed class Frames
{
    private readonly byte[] beforeFirst;
    private readonly byte[] beforeLater;
    private readonly byte[] after;
    private readonly byte[] end;

    public Frames(MockModel model, long number, bool includeUsage)
    {
        var created = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var head = string.Create(CultureInfo.InvariantCulture,
            $$"""data: {"id":"chatcmpl-{{number}}","object":"chat.completion.chunk","created":{{created}},"model":"{{model.Name}}","choices":[""");
        var tail = includeUsage ? "],\"usage\":null}\n\n" : "]}\n\n";
        var usage = string.Create(CultureInfo.InvariantCulture,
            $$$"""],"usage":{"prompt_tokens":8,"completion_tokens":{{{model.Chunks}}},"total_tokens":{{{model.Chunks + 8}}}}}""");

        beforeFirst = Encoding.UTF8.GetBytes(head + "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"");
        beforeLater = Encoding.UTF8.GetBytes(head + "{\"index\":0,\"delta\":{\"content\":\"");
        after = Encoding.UTF8.GetBytes("\"},\"finish_reason\":null}" + tail);
        end = Encoding.UTF8.GetBytes(
            $$"""{{head}}{"index":0,"delta":{},"finish_reason":"stop"}{{tail}}{{(includeUsage ? head + usage + "\n\n" : "")}}data: [DONE]""" + "\n\n");
    }

    /// <summary>The first piece, which also names the role. Its text holds nothing that JSON would escape.</summary>
    public void WriteFirst(IBufferWriter<byte> pipe, string text) => Write(pipe, beforeFirst, text);

    /// <summary>A piece after the first. Its text holds nothing that JSON would escape.</summary>
    public void WriteLater(IBufferWriter<byte> pipe, string text) => Write(pipe, beforeLater, text);

    /// <summary>The finish reason, the usage if it was asked for, and the mark that the stream is over.</summary>
    public void WriteEnd(IBufferWriter<byte> pipe) => pipe.Write(end);

    private void Write(IBufferWriter<byte> pipe, byte[] before, string text)
    {
        var room = pipe.GetSpan(before.Length + text.Length + after.Length);
        before.CopyTo(room);
        var length = before.Length + Encoding.ASCII.GetBytes(text, room[before.Length..]);
        after.CopyTo(room[length..]);
        pipe.Advance(length + after.Length);
    }
}
