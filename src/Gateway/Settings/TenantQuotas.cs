namespace Millrace.Gateway.Settings;

/// <summary>What one tenant may keep.</summary>
public sealed class TenantQuotas : QuotaSetting
{
    /// <summary>The tenant, exactly as its keys have it. Required.</summary>
    public string? Name { get; set; }
}
