using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Millrace.Dialects.OpenAI;

/// <summary>Ids in OpenAI's forms. Each follows from the generation's, so that any gateway makes the same.</summary>
public static class OpenAIIds
{
    public static string Completion(Guid generation) => $"chatcmpl-{generation:N}";

    public static string Response(Guid generation) => $"resp_{generation:N}";

    /// <summary>An item of a response: <c>msg_</c>, <c>fc_</c> or <c>rs_</c>, the generation, and which one.</summary>
    public static string Item(string kind, Guid generation, int index) => string.Create(CultureInfo.InvariantCulture, $"{kind}_{generation:N}{index:x4}");

    public static bool TryResponse(string? text, [NotNullWhen(true)] out Guid? generation)
    {
        generation = text is not null && text.StartsWith("resp_", StringComparison.Ordinal) && Guid.TryParseExact(text[5..], "N", out var id) ? id : null;
        return generation is not null;
    }

    /// <summary>The response that an item belongs to, by the item's id: <c>msg_</c>, <c>rs_</c>, <c>fc_</c>, <c>ctc_</c> or <c>in_</c>, the generation, and which one.</summary>
    public static string? ResponseOf(string item)
    {
        var at = item.IndexOf('_', StringComparison.Ordinal) + 1;
        return item.Length > at + 32 && item[..at] is "msg_" or "rs_" or "fc_" or "ctc_" or "in_" && Guid.TryParseExact(item.AsSpan(at, 32), "N", out var generation)
            ? Response(generation) : null;
    }

    public static string Batch(Guid batch) => $"batch_{batch:N}";

    public static string File(Guid file) => $"file-{file:N}";

    /// <summary>A line of a batch's output.</summary>
    public static string BatchRequest(Guid generation) => $"batch_req_{generation:N}";

    public static bool TryBatch(string? text, [NotNullWhen(true)] out Guid? batch)
    {
        batch = text is not null && text.StartsWith("batch_", StringComparison.Ordinal) && Guid.TryParseExact(text[6..], "N", out var id) ? id : null;
        return batch is not null;
    }

    /// <summary>Stored bytes, as <c>file-</c> and the content's id.</summary>
    public static bool TryFile(string text, out Guid content) =>
        Guid.TryParse(text.StartsWith("file-", StringComparison.Ordinal) ? text[5..] : text, out content);
}
