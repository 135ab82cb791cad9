using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;
using Millrace.Client.RabbitMq.Options;
using Millrace.Contracts;

namespace Millrace.Client.RabbitMq.Tools;

/// <summary>A tool that this service offers to the fleet.</summary>
internal sealed partial record RemoteTool(AIFunction Function, RemoteToolOptions Options)
{
    public string Name => Function.Name;

    /// <summary>What the fleet is told of it.</summary>
    public RegisterTool Offer(Guid requestId, string channel) => new()
    {
        RequestId = requestId,
        Name = Name,
        Description = Function.Description is { Length: > 0 } description ? description : null,
        Parameters = Function.JsonSchema,
        TimeoutSeconds = (int)Options.Timeout.TotalSeconds,
        RequiresApproval = Options.RequiresApproval,
        Channel = channel,
    };

    /// <summary>The broken rule in a sentence, or null.</summary>
    public string? Broken()
    {
        if (NameFault(Name) is { } fault)
            return fault;
        if (NestedJson.Flaw(Function.JsonSchema) is { } flaw)
            return $"The schema of tool '{Name}' {flaw}";
        var isInRange = Options.Timeout >= TimeSpan.FromSeconds(1) && Options.Timeout <= TimeSpan.FromDays(30);
        if (!isInRange || Options.Timeout.Ticks % TimeSpan.TicksPerSecond != 0)
            return $"Tool '{Name}': Timeout is {Options.Timeout}; it is between 1 s and 30 days, in whole seconds.";
        if (Options.Concurrency is < 1 or > 1_000)
            return $"Tool '{Name}': Concurrency is {Options.Concurrency}; it is between 1 and 1,000.";
        return null;
    }

    /// <summary>What is wrong with a tool's name, or null.</summary>
    public static string? NameFault(string name) => NameForm().IsMatch(name) ? null
        : $"The tool's name is '{name}'; it must match [A-Za-z0-9_-]{{1,64}}, which every provider takes.";

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,64}\z", RegexOptions.None, 1000)]
    private static partial Regex NameForm();
}
