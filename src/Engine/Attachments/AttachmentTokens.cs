using Millrace.Contracts;
using Millrace.Providers.Models;

namespace Millrace.Engine.Attachments;

/// <summary>How much of a model's context attachments take.</summary>
internal static class AttachmentTokens
{
    /// <param name="attachments">With their texts. Stored bytes that are not there yet are pictures, or gone and then less than one.</param>
    /// <param name="limits">The model's.</param>
    /// <param name="count">Tokens of a text by a tokenizer that <see cref="ModelLimits.TokenRatio"/> corrects.</param>
    public static long Of(IEnumerable<Attachment>? attachments, ModelLimits limits, Func<string, int> count) => attachments?.Sum(attachment =>
        attachment.ContentId is not null || AttachmentContents.IsImage(attachment)
            ? limits.ImageTokens
            : limits.Tokens(count(AttachmentFrame.Of(attachment)))) ?? 0;
}
