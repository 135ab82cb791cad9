using Millrace.Contracts;
using Millrace.Worker.Providers;
using Millrace.Worker.Tools;

namespace Millrace.Worker.Intake;

/// <summary>Whether the fleet has the tools that a request names, and its choice among them makes sense.</summary>
internal sealed class ToolIntake(ToolCatalog catalog)
{
    private const int MostNames = 128;

    /// <summary>What is wrong, or null.</summary>
    public async Task<ProviderException?> FindFlawAsync(GenerateRequested request, CancellationToken cancellation)
    {
        try
        {
            if (request.Tools is { Count: > MostNames } many) return Invalid($"Tools has {many.Count} entries; at most {MostNames} are allowed.");
            if (request.Tools?.Any(string.IsNullOrEmpty) == true) return Invalid("Tools has an empty entry; each is the name of a tool, or the beginning of names and '*'.");
            var tools = await catalog.SelectAsync(request, mustExist: true, cancellation);
            return Choice(request, tools) is { } problem ? Invalid(problem) : null;
        }
        catch (ProviderException unknown)
        {
            return unknown;
        }
    }

    private static string? Choice(GenerateRequested request, IReadOnlyList<Tool> tools) => request.Options?.ToolChoice switch
    {
        null or "auto" or "none" => null,
        var choice when tools.Count == 0 => $"Options.ToolChoice is '{choice}', and Tools names none; name some, or leave it out.",
        "required" => null,
        var name when tools.Any(tool => tool.Name == name) => null,
        var name => $"Options.ToolChoice is '{name}'; it must be auto, none, required, or one of the request's tools ({string.Join(", ", tools.Select(tool => tool.Name))}).",
    };

    private static ProviderException Invalid(string message) => new(FailureReason.InvalidRequest, message);
}
