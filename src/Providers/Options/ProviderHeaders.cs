using System.Net.Http.Headers;

namespace Millrace.Providers.Options;

/// <summary>A provider's own headers, as its settings say.</summary>
internal static class ProviderHeaders
{
    private const int ShortestSecret = 8;

    /// <summary>Names that carry a key, as far as a name tells.</summary>
    private static readonly string[] SecretWords = ["auth", "key", "token", "secret", "password", "cookie"];

    /// <summary>Headers in which gateways before a provider look for a key, whatever its kind.</summary>
    private static readonly string[] UsualKeyHeaders = ["Authorization", "x-api-key", "api-key"];

    /// <summary>The header of the settings that brings the key, so that none has to be set beside it; null when there is none.</summary>
    public static string? FindKeyHeader(ProviderOptions options, WireHeaders wire) =>
        UsualKeyHeaders.Append(wire.Key).FirstOrDefault(options.Headers.ContainsKey);

    /// <summary>What must not come back in an error: the key, and the values of headers that carry one.</summary>
    public static IReadOnlyList<string> SecretsOf(ProviderOptions options)
    {
        var secrets = options.Headers
            .Where(header => options.HeaderFiles.ContainsKey(header.Key) || IsSecret(header.Key))
            .Select(header => header.Value)
            .Append(options.ApiKey ?? "");
        return [.. secrets.SelectMany(WithoutScheme).Where(secret => secret.Length >= ShortestSecret)];
    }

    /// <summary>Sets the provider's headers; one that is there already is replaced, a list grows.</summary>
    public static void Apply(ProviderOptions options, WireHeaders wire, HttpRequestHeaders headers)
    {
        foreach (var (name, value) in options.Headers)
        {
            var isList = wire.Lists.Contains(name, StringComparer.OrdinalIgnoreCase);
            var all = isList && headers.TryGetValues(name, out var present) ? string.Join(',', [.. present, value]) : value;
            headers.Remove(name);
            headers.TryAddWithoutValidation(name, all);
        }
    }

    private static bool IsSecret(string header) =>
        SecretWords.Any(word => header.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary><c>Bearer abc</c> is as secret without its first word.</summary>
    private static IEnumerable<string> WithoutScheme(string value) => [value, .. value.Split(' ').Skip(1)];
}
