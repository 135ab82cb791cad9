namespace Millrace.Engine.Settings;

/// <summary>
/// What the configuration says of a tenant, an entry of the list <c>Millrace:Tenants</c>. A list, since a name may hold dots and hyphens, which an environment
/// variable's cannot, and since names of tenants differ by case, which keys of the configuration do not.
/// </summary>
public sealed class TenantSetting
{
    /// <summary>For each tenant that has no entry of its own.</summary>
    public const string Any = "*";

    /// <summary>The tenant, exactly as requests name it (<c>default</c> for those that name none), or <c>*</c> for each one without an entry of its own.</summary>
    /// <value>None; required.</value>
    public string? Name { get; set; }

    /// <summary>Its share of the bulk lanes against other tenants that have bulk work, 1 to 100.</summary>
    /// <value>1.</value>
    public int? Weight { get; set; }

    /// <summary>US dollars that its provider calls may cost in a period, 0 to 1,000,000,000.</summary>
    /// <value>None: no limit.</value>
    public decimal? Budget { get; set; }

    /// <summary>How long the budget is for, in UTC.</summary>
    /// <value><c>Month</c>.</value>
    public BudgetPeriod BudgetPeriod { get; set; } = BudgetPeriod.Month;
}
