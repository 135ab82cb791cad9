using Microsoft.Extensions.Options;
using Millrace.Providers.Kinds;
using Millrace.Providers.Options;

namespace Millrace.Providers.Registry;

/// <summary>
/// Which providers there are: those whose kind needs no section, such as one whose usual environment variable is set; and every section
/// under <c>Millrace:Providers</c>, which also overrides the others. Nothing here comes from a request.
/// </summary>
/// <param name="Providers">By name in lower case, complete: kind, address, key and default model are filled in.</param>
/// <param name="Problems">
/// One message for each setting that nobody reads, and for each kind that there is not: its section is no provider.
/// </param>
internal sealed record ProviderSettings(IReadOnlyDictionary<string, ConfiguredProvider> Providers, IReadOnlyList<string> Problems)
{
    private static readonly string[] Settings = [.. typeof(ProviderOptions).GetProperties().Select(property => property.Name)];

    /// <exception cref="OptionsValidationException">A file cannot be read, or a header is set twice.</exception>
    public static ProviderSettings Read(IConfiguration configuration, ProviderKinds kinds)
    {
        var providers = new Dictionary<string, ConfiguredProvider>(StringComparer.OrdinalIgnoreCase);
        var problems = UnknownSettings(configuration).ToList();
        foreach (var section in configuration.GetSection(ProviderOptions.Section).GetChildren())
        {
            var name = section.Key.ToLowerInvariant();
            var options = section.Get<ProviderOptions>() ?? new();
            var kind = KindOf(name, options, kinds);
            if (kind is null) problems.Add(UnknownKind(name, options, kinds));
            else providers.Add(name, Complete(name, kind, options, configuration, kinds));
        }

        foreach (var kind in kinds.All)
        {
            var isUnsaid = kind.IsPresent(configuration) && !HasSection(configuration, kind);
            if (isUnsaid) providers.Add(kind.Id, Complete(kind.Id, kind, new(), configuration, kinds));
        }
        return new(providers, problems);
    }

    /// <summary>A typing error there would otherwise be a default.</summary>
    private static IEnumerable<string> UnknownSettings(IConfiguration configuration) =>
        from provider in configuration.GetSection(ProviderOptions.Section).GetChildren()
        from setting in provider.GetChildren()
        where !Settings.Contains(setting.Key, StringComparer.OrdinalIgnoreCase)
        select $"{setting.Path} is not a setting. Settings: {string.Join(", ", Settings)}.";

    private static string UnknownKind(string name, ProviderOptions options, ProviderKinds kinds) =>
        $"{ProviderOptions.Section}:{name}:{nameof(options.Kind)} is '{options.Kind}': "
        + $"it is one of {string.Join(", ", kinds.All.Select(kind => kind.Name))}; choose one of them.";

    private static bool HasSection(IConfiguration configuration, ProviderKind kind) =>
        configuration.GetSection(ProviderOptions.Section).GetChildren().Any(section => IsNamedAfter(section.Key, kind));

    /// <summary>The kind that the settings name, else the one that the provider is named after. Null when they name one that there is not.</summary>
    private static ProviderKind? KindOf(string name, ProviderOptions options, ProviderKinds kinds) =>
        string.IsNullOrEmpty(options.Kind) ? kinds.Find(name) ?? kinds.Usual : kinds.Find(options.Kind);

    private static ConfiguredProvider Complete(
        string name, ProviderKind kind, ProviderOptions options, IConfiguration configuration, ProviderKinds kinds)
    {
        options.Kind = kind.Name;
        // A stranger that says nothing of its address may be anybody's: the validation asks for the address.
        var isStranger = kind.IsSpokenElsewhere && kinds.Find(name) is null;
        options.Endpoint ??= isStranger ? null : kind.FindEndpoint(configuration) ?? kind.OfficialEndpoint;
        HeaderSettings.Complete(name, kind, options, configuration);
        options.ApiKey = ReadKey(name, options) ?? (MayHaveUsualKey(name, kind, options) ? UsualKey(kind, configuration) : null);
        options.DefaultModel ??= kind.UsualModel;
        return new(kind, options);
    }

    /// <summary>An empty file is no key: a container mounts one for each provider that is not used.</summary>
    private static string? ReadKey(string name, ProviderOptions options)
    {
        try
        {
            var key = options.ApiKeyFile is { Length: > 0 } file ? File.ReadAllText(file) : options.ApiKey;
            return NullIfEmpty(key);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            var problem = $"{ProviderOptions.Section}:{name}:ApiKeyFile is '{options.ApiKeyFile}': "
                + $"it cannot be read ({fault.GetType().Name}); mount the file or correct the path.";
            throw new OptionsValidationException(ProviderOptions.Section, typeof(ProviderOptions), [problem]);
        }
    }

    /// <summary>The usual variable's key goes to the provider of that name or to the official address, never to a stranger's server.</summary>
    private static bool MayHaveUsualKey(string name, ProviderKind kind, ProviderOptions options)
    {
        if (ProviderHeaders.FindKeyHeader(options, kind.Headers) is not null) return false;
        return IsNamedAfter(name, kind) || options.Endpoint == kind.OfficialEndpoint;
    }

    private static bool IsNamedAfter(string name, ProviderKind kind) => name.Equals(kind.Id, StringComparison.OrdinalIgnoreCase);

    private static string? UsualKey(ProviderKind kind, IConfiguration configuration) =>
        kind.KeyVariable is { } variable ? NullIfEmpty(configuration[variable]) : null;

    private static string? NullIfEmpty(string? text) => text?.Trim() is { Length: > 0 } key ? key : null;
}
