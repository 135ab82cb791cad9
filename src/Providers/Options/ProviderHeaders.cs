using System.Net.Http.Headers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Millrace.Providers.Models;

namespace Millrace.Providers.Options;

/// <summary>A provider's own headers: from settings, from files, and for OpenAI from its usual variables.</summary>
internal static class ProviderHeaders
{
    private const int ShortestSecret = 8;

    /// <summary>Headers whose values add up: the SDK may have asked for a beta of its own.</summary>
    private static readonly string[] Lists = ["anthropic-beta", "OpenAI-Beta"];

    /// <summary>Names that carry a key, as far as a name tells.</summary>
    private static readonly string[] SecretWords = ["auth", "key", "token", "secret", "password", "cookie"];

    /// <summary>Puts the content of <see cref="ProviderOptions.HeaderFiles"/> into the headers, and the variables of OpenAI's own address.</summary>
    /// <exception cref="OptionsValidationException">A file cannot be read, or a header is set twice.</exception>
    public static void Complete(string name, ProviderOptions options, IConfiguration configuration)
    {
        foreach (var (header, file) in options.HeaderFiles)
        {
            if (options.Headers.ContainsKey(header))
                throw Invalid($"{ProviderDefaults.Section}:{name} has the header {header} in Headers and in HeaderFiles; keep one of them.");
            options.Headers[header] = Read($"{ProviderDefaults.Section}:{name}:HeaderFiles:{header}", file);
        }
        if (options.Kind is not ProviderKind.OpenAI || options.Endpoint != ProviderDefaults.OfficialEndpoint(ProviderKind.OpenAI)) return;
        AddUsual(options, "OpenAI-Organization", configuration["OPENAI_ORG_ID"]);
        AddUsual(options, "OpenAI-Project", configuration["OPENAI_PROJECT_ID"]);
    }

    /// <summary>True when the headers bring the key, so that none has to be set beside them.</summary>
    public static bool BringKey(ProviderOptions options) => KeyHeaders.Any(options.Headers.ContainsKey);

    /// <summary>The headers in which the providers look for a key.</summary>
    public static IReadOnlyList<string> KeyHeaders { get; } = ["Authorization", "x-api-key", "api-key"];

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
    public static void Apply(ProviderOptions options, HttpRequestHeaders headers)
    {
        foreach (var (name, value) in options.Headers)
        {
            var isList = Lists.Contains(name, StringComparer.OrdinalIgnoreCase);
            var all = isList && headers.TryGetValues(name, out var present) ? string.Join(',', [.. present, value]) : value;
            headers.Remove(name);
            headers.TryAddWithoutValidation(name, all);
        }
    }

    private static bool IsSecret(string header) => SecretWords.Any(word => header.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary><c>Bearer abc</c> is as secret without its first word.</summary>
    private static IEnumerable<string> WithoutScheme(string value) => [value, .. value.Split(' ').Skip(1)];

    private static void AddUsual(ProviderOptions options, string header, string? value)
    {
        if (!string.IsNullOrWhiteSpace(value)) options.Headers.TryAdd(header, value.Trim());
    }

    private static string Read(string setting, string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Invalid($"{setting} is '{file}': it cannot be read ({fault.GetType().Name}); mount the file or correct the path.");
        }
    }

    private static OptionsValidationException Invalid(string problem) => new(ProviderDefaults.Section, typeof(ProviderOptions), [problem]);
}
