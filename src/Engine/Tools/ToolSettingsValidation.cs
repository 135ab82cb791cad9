using Microsoft.Extensions.Options;
using Millrace.Engine.Settings;

namespace Millrace.Engine.Tools;

/// <summary>Says which setting of a tool is out of its range.</summary>
/// <param name="local">This worker's own tools.</param>
/// <param name="configuration">Where the settings come from: tenants that stand there and are not read would leave the tool to everybody, without a word.</param>
internal sealed class ToolSettingsValidation(LocalTools local, IConfiguration configuration) : IValidateOptions<MillraceOptions>
{
    private const string Section = "Millrace:Tools";

    public ValidateOptionsResult Validate(string? name, MillraceOptions options)
    {
        var faults = options.Tools
            .SelectMany(tool => ToolRules.Problems($"{Section}:{tool.Key}", tool.Value.Over(new ToolOptions()), LongestOf(tool.Key)))
            .Concat(UnreadTenants())
            .ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    /// <summary>What other sources will have is not known when a worker starts: the longer limit holds.</summary>
    private TimeSpan LongestOf(string tool) => local.All.Any(own => own.Name == tool) ? ToolRules.LongestLocal : ToolRules.LongestRemote;

    private IEnumerable<string> UnreadTenants()
    {
        foreach (var setting in configuration.GetSection(Section).GetChildren().SelectMany(tool => tool.GetChildren()))
        {
            if (setting.Key.Equals("Tenant", StringComparison.OrdinalIgnoreCase)) yield return $"{setting.Path} is not a setting; it is called Tenants and has entries: Tenants:0, Tenants:1.";
            if (setting.Key.Equals("Tenants", StringComparison.OrdinalIgnoreCase) && setting.Value is not null)
                yield return $"{setting.Path} is a single value, and must have entries: Tenants:0, Tenants:1.";
        }
    }
}
