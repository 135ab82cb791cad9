using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Millrace.Providers.Models;

namespace Millrace.Providers.Options;

/// <summary>
/// Which providers there are. <c>simulated</c> always; one whose usual environment variable is set; and every section under
/// <c>Millrace:Providers</c>, which also overrides the others. Nothing here comes from a request.
/// </summary>
internal static class ProviderDefaults
{
    public const string Section = "Millrace:Providers";

    /// <summary>Names that bring their kind with them.</summary>
    public static IReadOnlyList<string> KnownNames { get; } = [.. Enum.GetNames<ProviderKind>().Select(name => name.ToLowerInvariant())];

    private static readonly string[] Settings = [.. typeof(ProviderOptions).GetProperties().Select(property => property.Name)];

    /// <summary>The providers by name, complete: kind, address, key and default model are filled in.</summary>
    public static IReadOnlyDictionary<string, ProviderOptions> Read(IConfiguration configuration)
    {
        var sections = configuration.GetSection(Section).GetChildren().ToDictionary(section => section.Key, StringComparer.OrdinalIgnoreCase);
        var names = Present(configuration).Concat(sections.Keys).Distinct(StringComparer.OrdinalIgnoreCase);
        return names.ToDictionary(
            name => name.ToLowerInvariant(),
            name => Complete(name, sections.GetValueOrDefault(name)?.Get<ProviderOptions>() ?? new(), configuration),
            StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The official address of a kind, or null where there is none.</summary>
    public static Uri? OfficialEndpoint(ProviderKind kind) => kind switch
    {
        ProviderKind.OpenAI => new("https://api.openai.com/v1"),
        ProviderKind.Anthropic => new("https://api.anthropic.com"),
        ProviderKind.HuggingFace => new("https://router.huggingface.co/v1"),
        ProviderKind.Ollama => new("http://localhost:11434"),
        _ => null,
    };

    /// <summary>The variable in which a kind's key is usually found.</summary>
    public static string? KeyVariable(ProviderKind kind) => kind switch
    {
        ProviderKind.OpenAI => "OPENAI_API_KEY",
        ProviderKind.Anthropic => "ANTHROPIC_API_KEY",
        ProviderKind.HuggingFace => "HF_TOKEN",
        _ => null,
    };

    /// <summary>One message for each setting that nobody reads: a typing error there would otherwise be a default.</summary>
    public static IEnumerable<string> UnknownSettings(IConfiguration configuration) =>
        from provider in configuration.GetSection(Section).GetChildren()
        from setting in provider.GetChildren()
        where !Settings.Contains(setting.Key, StringComparer.OrdinalIgnoreCase)
        select $"{setting.Path} is not a setting. Settings: {string.Join(", ", Settings)}.";

    private static IEnumerable<string> Present(IConfiguration configuration)
    {
        yield return "simulated";
        if (configuration["OPENAI_API_KEY"] is { Length: > 0 }) yield return "openai";
        if (configuration["ANTHROPIC_API_KEY"] is { Length: > 0 }) yield return "anthropic";
        if (configuration["HF_TOKEN"] is { Length: > 0 }) yield return "huggingface";
        if (configuration["OLLAMA_HOST"] is { Length: > 0 }) yield return "ollama";
    }

    private static ProviderOptions Complete(string name, ProviderOptions options, IConfiguration configuration)
    {
        ProviderKind? named = KnownNames.Contains(name, StringComparer.OrdinalIgnoreCase) ? Enum.Parse<ProviderKind>(name, ignoreCase: true) : null;
        var kind = options.Kind ??= named ?? ProviderKind.OpenAI;
        // A stranger of kind OpenAI without an address is a mistake, not OpenAI; the validation says so.
        options.Endpoint ??= named is null && kind is ProviderKind.OpenAI ? null : UsualEndpoint(kind, configuration) ?? OfficialEndpoint(kind);
        ProviderHeaders.Complete(name, options, configuration);
        var mayHaveUsualKey = MayHaveUsualKey(named, kind, options.Endpoint) && !ProviderHeaders.BringKey(options);
        options.ApiKey = ReadKey(name, options) ?? (mayHaveUsualKey ? UsualKey(kind, configuration) : null);
        options.DefaultModel ??= kind is ProviderKind.Simulated ? "default" : null;
        return options;
    }

    private static Uri? UsualEndpoint(ProviderKind kind, IConfiguration configuration) => kind switch
    {
        ProviderKind.OpenAI => Address(configuration["OPENAI_BASE_URL"]),
        ProviderKind.Anthropic => Address(configuration["ANTHROPIC_BASE_URL"]),
        ProviderKind.Ollama => OllamaHost.Parse(configuration["OLLAMA_HOST"]),
        _ => null,
    };

    private static Uri? Address(string? text) => string.IsNullOrWhiteSpace(text) ? null : new(text.Trim(), UriKind.RelativeOrAbsolute);

    /// <summary>An empty file is no key: a container mounts one for each provider that is not used.</summary>
    private static string? ReadKey(string name, ProviderOptions options)
    {
        try
        {
            return (options.ApiKeyFile is { Length: > 0 } file ? File.ReadAllText(file) : options.ApiKey)?.Trim() is { Length: > 0 } key ? key : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new OptionsValidationException(Section, typeof(ProviderOptions),
                [$"{Section}:{name}:ApiKeyFile is '{options.ApiKeyFile}': it cannot be read ({fault.GetType().Name}); mount the file or correct the path."]);
        }
    }

    /// <summary>The usual variable's key goes to the provider of that name or to the official address, never to a stranger's server.</summary>
    private static bool MayHaveUsualKey(ProviderKind? named, ProviderKind kind, Uri? endpoint) =>
        named == kind || endpoint == OfficialEndpoint(kind);

    private static string? UsualKey(ProviderKind kind, IConfiguration configuration) =>
        KeyVariable(kind) is { } variable && configuration[variable]?.Trim() is { Length: > 0 } key ? key : null;
}
