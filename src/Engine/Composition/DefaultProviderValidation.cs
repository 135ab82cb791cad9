using Microsoft.Extensions.Options;
using Millrace.Engine.Settings;
using Millrace.Providers.Registry;

namespace Millrace.Engine.Composition;

/// <summary>The default provider is one that is configured.</summary>
internal sealed class DefaultProviderValidation(ProviderRegistry providers) : IValidateOptions<MillraceOptions>
{
    public ValidateOptionsResult Validate(string? name, MillraceOptions options) =>
        options.DefaultProvider is not { } chosen || providers.Find(chosen) is not null
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Millrace:DefaultProvider is '{chosen}'; it must be a configured provider: {string.Join(", ", providers.All.Select(provider => provider.Name))}.");
}
