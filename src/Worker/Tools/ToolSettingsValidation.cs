using Microsoft.Extensions.Options;
using Millrace.Worker.Hosting;

namespace Millrace.Worker.Tools;

/// <summary>Says which setting of a tool is out of its range.</summary>
internal sealed class ToolSettingsValidation(LocalTools local) : IValidateOptions<MillraceOptions>
{
    public ValidateOptionsResult Validate(string? name, MillraceOptions options)
    {
        var faults = options.Tools
            .SelectMany(tool => ToolRules.Problems($"Millrace:Tools:{tool.Key}", tool.Value.Over(new ToolOptions()), local.All.Any(own => own.Name == tool.Key)))
            .ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
