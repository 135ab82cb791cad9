using System.Collections;
using System.Text;
using Millrace.Contracts;
using Millrace.Engine.Requests;

namespace Millrace.Engine.Attachments;

/// <summary>
/// An attached text inside a message: <c>&lt;attachment name="…" type="…"&gt;</c>, a line break, the exact text, a line break and the closing tag. The tag is
/// one that the text does not close by itself.
/// </summary>
internal static class AttachmentFrame
{
    public static string Of(Attachment attachment)
    {
        if (attachment.ContentId is not null) return $"[An attachment{(attachment.Name is { } gone ? $", \"{Escaped(gone)}\"," : "")} stood here and is not kept any more.]";
        var content = Encoding.UTF8.GetString(ByteRules.WithoutMark(attachment.Data!.Value.Span));
        var tag = Tag(content);
        var name = attachment.Name is { } given ? $" name=\"{Escaped(given)}\"" : "";
        return $"<{tag}{name} type=\"{AttachmentContents.TypeOf(attachment)}\">\n{content}\n</{tag}>";
    }

    /// <summary>The first of attachment, attachment-2, attachment-3 … that the text does not close.</summary>
    private static string Tag(string content)
    {
        BitArray? closed = null;
        foreach (var taken in ClosingTags.In(content))
        {
            closed ??= new(content.Length / ClosingTags.Shortest + 2); // so many fit into the text, so one of these is free
            if (taken < closed.Length) closed[taken] = true;
        }
        var free = 1;
        while (closed is not null && closed[free]) free++;
        return free == 1 ? ClosingTags.Name : $"{ClosingTags.Name}-{free}";
    }

    private static string Escaped(string name) => name.Replace("&", "&amp;").Replace("\"", "&quot;").Replace("<", "&lt;").Replace(">", "&gt;");
}
