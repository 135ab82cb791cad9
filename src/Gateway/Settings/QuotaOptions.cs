namespace Millrace.Gateway.Settings;

/// <summary>What a tenant may keep, section <c>Millrace:Gateway:Quotas</c>. Numbers are 0 to 1,000,000,000, bytes 0 to 1 PiB.</summary>
public sealed class QuotaOptions : QuotaSetting
{
    /// <summary>Tenants for which something else holds. Default: none.</summary>
    public IList<TenantQuotas> Tenants { get; set; } = [];
}
