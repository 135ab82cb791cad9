using Millrace.Persistence.Model;

namespace Millrace.Worker.Cli.Batches;

/// <summary>A file to run, and what its lines get.</summary>
internal sealed record BatchSettings(FileInfo File, string? Template, string Tenant, BatchDefaults Defaults, int Weight, TimeSpan Window, decimal? Budget, bool Anew)
{
    /// <summary>What the file is in; null for what the mark at its beginning says, else UTF-8.</summary>
    public string? Encoding { get; init; }
}
