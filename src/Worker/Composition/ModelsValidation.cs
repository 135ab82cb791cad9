using Microsoft.Extensions.Options;
using Millrace.Worker.Providers.Models;
using Millrace.Worker.Providers.Registry;
using Millrace.Worker.Settings;

namespace Millrace.Worker.Composition;

/// <summary>Checks the models' part of the section <c>Millrace</c> with the rest of it: a user is told of all faults at once.</summary>
internal sealed class ModelsValidation(IConfiguration configuration) : IValidateOptions<MillraceOptions>
{
    private readonly ModelSettingsValidation rules = new();

    public ValidateOptionsResult Validate(string? name, MillraceOptions options) =>
        rules.Validate(name, configuration.GetSection(ModelOptions.Section).Get<ModelOptions>() ?? new());
}
