using Millrace.Providers.Options;

namespace Millrace.Providers.Registry;

/// <summary>The rules for a provider's headers. No message repeats a value.</summary>
internal static class ProviderHeaderRules
{
    private const int LongestValue = 8192;

    /// <summary>What describes the body or the connection is not for settings.</summary>
    private static readonly string[] Ours =
    [
        "Accept", "Connection", "Content-Encoding", "Content-Length", "Content-Type", "Expect", "Host", "Transfer-Encoding", "Upgrade",
    ];

    public static IEnumerable<string> Check(string where, ProviderOptions options, WireHeaders wire)
    {
        foreach (var (name, value) in options.Headers)
        {
            var isFromFile = options.HeaderFiles.ContainsKey(name);
            var setting = isFromFile ? nameof(options.HeaderFiles) : nameof(options.Headers);
            if (Problem(name, value, isFromFile) is { } problem) yield return $"{where}:{setting} has '{name}': {problem}.";
        }
        if (options.ApiKey is not null && ProviderHeaders.FindKeyHeader(options, wire) is { } key)
            yield return $"{where} has a key and a header {key}, which carries one, too; keep one of them.";
    }

    private static string? Problem(string name, string value, bool isFromFile)
    {
        if (Ours.Contains(name, StringComparer.OrdinalIgnoreCase)) return "Millrace sets this header itself; remove it";
        if (!IsName(name)) return "a header's name is letters, digits and '-'; correct it";
        if (value.Length == 0 && isFromFile) return "its file is empty; write the value into it, or remove the setting";
        if (value.Length == 0) return "its value is empty; set one, or remove the header";
        if (value.Length > LongestValue) return $"its value has {value.Length} characters; at most {LongestValue} are allowed";
        return value.Any(c => c is < ' ' or > '~') ? "its value has characters other than printable ASCII; correct it" : null;
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 128 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
