using Millrace.Contracts;
using Millrace.Engine.Tools;
using Millrace.Providers.Failures;

namespace Millrace.Engine.Admission;

/// <summary>Whether the fleet has the tools that a request names, and its choice among them makes sense.</summary>
public sealed class ToolIntake(ToolCatalog catalog)
{
    private const int MostNames = 128;

    /// <summary>What is wrong, or null.</summary>
    public async Task<Failure?> FindFlawAsync(GenerateRequested request, CancellationToken cancellation)
    {
        if (request.Tools is { Count: > MostNames } many) return Invalid($"Tools has {many.Count} entries; at most {MostNames} are allowed.");
        if (request.Tools?.Any(string.IsNullOrEmpty) == true) return Invalid("Tools has an empty entry; each is the name of a tool, or the beginning of names and '*'.");
        var selection = await catalog.SelectAsync(request, mustExist: true, cancellation);
        if (selection.Refusal is { } unknown) return unknown;
        return (Doubled(request, selection.Tools) ?? Choice(request, selection.Tools)) is { } problem ? Invalid(problem) : null;
    }

    /// <summary>The model knows a tool by nothing but its name.</summary>
    private static string? Doubled(GenerateRequested request, IReadOnlyList<Tool> tools)
    {
        var fleets = tools.Select(tool => tool.Name).ToHashSet(StringComparer.Ordinal);
        return CallersNames(request).FirstOrDefault(fleets.Contains) is { } taken
            ? $"CallerTools has a tool of the name '{taken}', which Tools names as one of the fleet's; give it another name, or leave the fleet's out."
            : null;
    }

    private static string? Choice(GenerateRequested request, IReadOnlyList<Tool> tools)
    {
        string[] names = [.. tools.Select(tool => tool.Name), .. CallersNames(request)];
        return request.Options?.ToolChoice switch
        {
            null or "auto" or "none" => null,
            var choice when names.Length == 0 => $"Options.ToolChoice is '{choice}', and Tools names none, nor has CallerTools any; give some, or leave it out.",
            "required" => null,
            var name when names.Contains(name) => null,
            var name => $"Options.ToolChoice is '{name}'; it must be auto, none, required, or one of the request's tools ({string.Join(", ", names)}).",
        };
    }

    private static IEnumerable<string> CallersNames(GenerateRequested request) => (request.CallerTools ?? []).Select(tool => tool?.Name).OfType<string>();

    private static Failure Invalid(string message) => new(FailureReason.InvalidRequest, message);
}
