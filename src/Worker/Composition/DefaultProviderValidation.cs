using Microsoft.Extensions.Options;
using Millrace.Worker.Providers.Registry;
using Millrace.Worker.Settings;

namespace Millrace.Worker.Composition;

/// <summary>The default provider is one that is configured.</summary>
internal sealed class DefaultProviderValidation(ProviderRegistry providers) : IValidateOptions<MillraceOptions>
{
    public ValidateOptionsResult Validate(string? name, MillraceOptions options) =>
        options.DefaultProvider is not { } chosen || providers.Find(chosen) is not null
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Millrace:DefaultProvider is '{chosen}'; it must be a configured provider: {string.Join(", ", providers.All.Select(provider => provider.Name))}.");
}
