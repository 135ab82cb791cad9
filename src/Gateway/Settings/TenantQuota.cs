using Microsoft.Extensions.Options;
using Millrace.Persistence.Quotas;

namespace Millrace.Gateway.Settings;

/// <summary>Which quotas hold for a tenant. Any thread.</summary>
internal sealed class TenantQuota(IOptions<GatewayOptions> options)
{
    private const long GiB = 1L << 30;
    private const string Section = $"{GatewayOptions.Section}:{nameof(GatewayOptions.Quotas)}";

    private readonly Dictionary<string, TenantQuotas> tenants = options.Value.Quotas.Tenants.ToDictionary(tenant => tenant.Name!, StringComparer.Ordinal);

    public Quota Contents(string tenant) => Of(
        tenant, "contents", nameof(QuotaSetting.Contents), quotas => quotas.Contents, 10_000, quotas => quotas.ContentBytes, 10 * GiB);

    public Quota Files(string tenant) => Of(
        tenant, "files", nameof(QuotaSetting.Files), quotas => quotas.Files, 1_000, quotas => quotas.FileBytes, 100 * GiB);

    public Quota Sessions(string tenant) => Of(
        tenant, "sessions", nameof(QuotaSetting.Sessions), quotas => quotas.Sessions, 1_000_000, quotas => quotas.SessionBytes, 100 * GiB);

    private Quota Of(string tenant, string what, string setting, Func<QuotaSetting, long?> count, long usual, Func<QuotaSetting, long?> bytes, long usualBytes)
    {
        var (own, all) = (tenants.GetValueOrDefault(tenant), options.Value.Quotas);
        return new(
            what, $"{Section}:{setting}", (own is null ? null : count(own)) ?? count(all) ?? usual, (own is null ? null : bytes(own)) ?? bytes(all) ?? usualBytes);
    }
}
