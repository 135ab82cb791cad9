using Microsoft.Extensions.Options;
using Millrace.Providers.Kinds;
using Millrace.Providers.Options;

namespace Millrace.Providers.Registry;

/// <summary>Where a provider's own headers come from: settings, files, and at its kind's official address environment variables.</summary>
internal static class HeaderSettings
{
    /// <summary>Puts the content of <see cref="ProviderOptions.HeaderFiles"/> and of the variables into the headers.</summary>
    /// <exception cref="OptionsValidationException">A file cannot be read, or a header is set twice.</exception>
    public static void Complete(string name, ProviderKind kind, ProviderOptions options, IConfiguration configuration)
    {
        foreach (var (header, file) in options.HeaderFiles)
        {
            if (options.Headers.ContainsKey(header))
                throw Invalid($"{ProviderOptions.Section}:{name} has the header {header} in Headers and in HeaderFiles; keep one of them.");
            options.Headers[header] = Read($"{ProviderOptions.Section}:{name}:HeaderFiles:{header}", file);
        }

        if (options.Endpoint != kind.OfficialEndpoint) return;
        foreach (var (header, variable) in kind.Headers.Variables)
        {
            if (configuration[variable] is { } value && !string.IsNullOrWhiteSpace(value)) options.Headers.TryAdd(header, value.Trim());
        }
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

    private static OptionsValidationException Invalid(string problem) => new(ProviderOptions.Section, typeof(ProviderOptions), [problem]);
}
