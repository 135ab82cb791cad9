using Microsoft.Extensions.Options;
using Millrace.Worker.Providers.Models;
using Millrace.Worker.Settings;

namespace Millrace.Worker.Hosting;

/// <summary>Checks the models' part of the section <c>Millrace</c> with the rest of it: a user is told of all faults at once.</summary>
internal sealed class ModelsValidation(IOptionsFactory<ModelOptions> models) : IValidateOptions<MillraceOptions>
{
    public ValidateOptionsResult Validate(string? name, MillraceOptions options)
    {
        try
        {
            models.Create(Options.DefaultName);
            return ValidateOptionsResult.Success;
        }
        catch (OptionsValidationException broken)
        {
            return ValidateOptionsResult.Fail(broken.Failures);
        }
    }
}
