using System.Security.Cryptography;
using System.Text;

namespace Millrace.Dialects.OpenAI;

/// <summary>
/// Names of tools. The fleet knows functions by one name each, responses also know groups of them and tools that take plain text: what a tool is to its caller is
/// kept with the request, and told of each call.
/// </summary>
public sealed class ToolNames
{
    private const int Longest = 64;
    private const int HashLength = 8;

    private readonly Dictionary<string, ShownTool> shown = new(StringComparer.Ordinal);

    /// <param name="custom">The fleet's names of the tools that take text.</param>
    /// <param name="groups">The namespaces and the names in each.</param>
    public ToolNames(IReadOnlyList<string>? custom, IReadOnlyDictionary<string, IReadOnlyList<string>>? groups)
    {
        foreach (var (group, names) in groups ?? new Dictionary<string, IReadOnlyList<string>>())
        {
            foreach (var name in names) shown[Joined(group, name)] = new(name, group);
        }
        foreach (var name in custom ?? []) shown[name] = shown.GetValueOrDefault(name, new(name)) with { IsCustom = true };
    }

    public ShownTool Of(string name) => shown.GetValueOrDefault(name, new(name));

    /// <summary>
    /// The fleet's name for a tool of a namespace: both, joined. One that would be too long, or has characters that providers do not take, gets a hash of it at its end.
    /// </summary>
    public static string Joined(string? group, string name)
    {
        if (string.IsNullOrEmpty(group)) return name;
        var whole = $"{group}__{name}";
        var plain = string.Concat(whole.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '_'));
        if (plain == whole && whole.Length <= Longest) return whole;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(whole)))[..HashLength];
        return $"{plain[..Math.Min(plain.Length, Longest - HashLength - 1)]}_{hash}";
    }
}
