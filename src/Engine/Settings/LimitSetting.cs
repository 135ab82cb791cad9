namespace Millrace.Engine.Settings;

/// <summary>
/// What a provider account allows, an entry of the list <c>Millrace:Limits</c>. All entries that match a call hold for it together, and each is kept by the
/// whole fleet.
/// </summary>
public sealed class LimitSetting
{
    /// <summary>The provider's configured name.</summary>
    /// <value>None; required.</value>
    public string? Provider { get; set; }

    /// <summary>The model, in any case; with a <c>*</c> at its end all whose names begin so, with one budget for them together.</summary>
    /// <value>All models of the provider, with one budget for them together.</value>
    public string? Model { get; set; }

    /// <summary>The tenant, or <c>*</c>: each tenant has a budget of its own.</summary>
    /// <value>All tenants, with one budget for them together.</value>
    public string? Tenant { get; set; }

    /// <summary>Provider calls in any 60 seconds, 1 to 10,000,000.</summary>
    /// <value>No limit.</value>
    public int? RequestsPerMinute { get; set; }

    /// <summary>Tokens of input and output together in any 60 seconds, 1 to 2,000,000,000.</summary>
    /// <value>No limit.</value>
    public int? TokensPerMinute { get; set; }

    /// <summary>Provider calls at the same time, 1 to 1,000,000.</summary>
    /// <value>No limit.</value>
    public int? ConcurrentCalls { get; set; }
}
