using System.Text;
using Millrace.Contracts;

namespace Millrace.Worker.Attachments;

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

    private static string Tag(string content)
    {
        var tag = "attachment";
        for (var number = 2; content.Contains($"</{tag}>", StringComparison.OrdinalIgnoreCase); number++) tag = $"attachment-{number}";
        return tag;
    }

    private static string Escaped(string name) => name.Replace("&", "&amp;").Replace("\"", "&quot;").Replace("<", "&lt;").Replace(">", "&gt;");
}
