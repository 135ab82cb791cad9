using System.Security.Cryptography;
using System.Text;

namespace Millrace.Mcp;

/// <summary>
/// Names that every provider takes, for tools that may be called anything: what is not a letter, a digit, '_' or '-' becomes '_'. A name
/// that is too long, or that would be another tool's too, ends in a hash of the server's own name; so it is the same on every worker.
/// </summary>
internal static class McpNames
{
    private const int Longest = 64;
    private const int HashDigits = 8;

    /// <summary>By the server's names, what its tools are called here.</summary>
    public static IReadOnlyDictionary<string, string> For(string prefix, IEnumerable<string> names)
    {
        var plain = names.Distinct(StringComparer.Ordinal).ToDictionary(name => name, name => prefix + Clean(name), StringComparer.Ordinal);
        var shared = plain.Values.GroupBy(name => name, StringComparer.Ordinal).Where(same => same.Count() > 1).Select(same => same.Key).ToHashSet(StringComparer.Ordinal);
        return plain.ToDictionary(
            entry => entry.Key,
            entry => entry.Value.Length > Longest || (shared.Contains(entry.Value) && entry.Value != prefix + entry.Key) ? Hashed(entry.Value, entry.Key) : entry.Value,
            StringComparer.Ordinal);
    }

    private static string Clean(string name) =>
        new([.. name.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' ? letter : '_').DefaultIfEmpty('_')]);

    private static string Hashed(string name, string original)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(original)))[..HashDigits];
        return $"{name[..Math.Min(name.Length, Longest - HashDigits - 1)]}_{hash}";
    }
}
