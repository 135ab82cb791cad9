using Millrace.Persistence.Model;

namespace Millrace.Persistence.Batches;

/// <summary>A batch that is to be made.</summary>
public sealed record NewBatch(Guid Id, string Tenant, Guid InputFileId)
{
    /// <summary>Where the lines would be posted to; absent: every line says it itself.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The label of its lines' events. Default: <c>default</c>.</summary>
    public string Channel { get; init; } = "default";

    public BatchDefaults Defaults { get; init; } = new();

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Its share among the batches of its tenant, 1 to 100. Default: 1.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>How long it may take. Default: 24 h.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long its output is kept behind its end. Absent: as long as its generations.</summary>
    public TimeSpan? OutputKept { get; init; }

    /// <summary>What it may cost, in US dollars. Absent: anything.</summary>
    public decimal? Budget { get; init; }
}
