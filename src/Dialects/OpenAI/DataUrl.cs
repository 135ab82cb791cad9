using Millrace.Contracts;
using Millrace.Dialects.Errors;

namespace Millrace.Dialects.OpenAI;

/// <summary>Bytes in a <c>data:</c> URL (RFC 2397), base64.</summary>
internal static class DataUrl
{
    public static bool Is(string url) => url.StartsWith("data:", StringComparison.OrdinalIgnoreCase);

    public static Attachment Read(string url, string? name, string where)
    {
        var comma = url.IndexOf(',', StringComparison.Ordinal);
        if (!Is(url) || comma < 0 || !url[..comma].EndsWith(";base64", StringComparison.OrdinalIgnoreCase)) throw NoDataUrl(where);
        var bytes = new byte[(url.Length - comma) * 3 / 4 + 3];
        if (!Convert.TryFromBase64String(url[(comma + 1)..], bytes, out var length)) throw NoDataUrl(where);
        var media = url["data:".Length..(comma - ";base64".Length)];
        return new() { MediaType = media.Length > 0 ? media : null, Name = name, Data = bytes.AsMemory(0, length) };
    }

    private static FaultException NoDataUrl(string where) => OpenAIFaults.Invalid(where, $"'{where}' is not like data:image/png;base64,….");
}
