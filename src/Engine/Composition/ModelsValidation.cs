using Microsoft.Extensions.Options;
using Millrace.Engine.Settings;
using Millrace.Providers.Models;
using Millrace.Providers.Registry;

namespace Millrace.Engine.Composition;

/// <summary>Checks the models' part of the section <c>Millrace</c> with the rest of it: a user is told of all faults at once.</summary>
internal sealed class ModelsValidation(IConfiguration configuration) : IValidateOptions<MillraceOptions>
{
    private readonly ModelSettingsValidation rules = new();

    public ValidateOptionsResult Validate(string? name, MillraceOptions options) =>
        rules.Validate(name, configuration.GetSection(ModelOptions.Section).Get<ModelOptions>() ?? new());
}
