namespace Millrace.Persistence.Access;

/// <summary>A key that is to be made.</summary>
public sealed record NewApiKey(string Name, string Tenant, string Scopes)
{
    /// <summary>How long it lasts. Absent: until it is revoked.</summary>
    public TimeSpan? Lifetime { get; init; }

    public int? RequestsPerMinute { get; init; }
    public int? TokensPerMinute { get; init; }
    public int? MaxConcurrent { get; init; }
}
