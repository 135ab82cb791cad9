using System.Security.Cryptography;
using System.Text;

namespace Millrace.Persistence.Access;

/// <summary>
/// The text of an API key: <c>mr_</c>, 8 letters or digits that find it, <c>_</c>, and 40 (238 bits) that nobody
/// guesses. It is shown once, when it is made.
/// </summary>
public static class ApiKeySecret
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const string Begin = "mr_";
    private const int PrefixLength = 11;
    private const int SecretLength = 40;

    /// <summary>A new one.</summary>
    internal static string Create() =>
        $"{Begin}{RandomNumberGenerator.GetString(Letters, PrefixLength - Begin.Length)}_{RandomNumberGenerator.GetString(Letters, SecretLength)}";

    /// <summary>What finds it: all before its second underscore. Null for a text that is no key.</summary>
    public static string? PrefixOf(string key) =>
        key.Length == PrefixLength + 1 + SecretLength && key.StartsWith(Begin, StringComparison.Ordinal)
            && key[PrefixLength] == '_'
            ? key[..PrefixLength]
            : null;

    /// <summary>What is stored of it.</summary>
    public static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
