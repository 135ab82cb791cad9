namespace Millrace.Persistence.Webhooks;

/// <summary>A webhook that has something due.</summary>
/// <param name="Tenant">Whose it is; null once it is gone.</param>
/// <param name="Since">Since when.</param>
public sealed record DueWebhook(Guid Id, string? Tenant, DateTimeOffset Since);
