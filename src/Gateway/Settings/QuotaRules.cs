namespace Millrace.Gateway.Settings;

/// <summary>The ranges of the quotas, and that each tenant is named once.</summary>
internal static class QuotaRules
{
    private const long MostNumber = 1_000_000_000;
    private const long MostBytes = 1L << 50;

    public static IEnumerable<string> Faults(QuotaOptions options) => Faults("Millrace:Gateway:Quotas", options)
        .Concat(options.Tenants.SelectMany((tenant, i) => Faults($"Millrace:Gateway:Quotas:Tenants:{i}", tenant)))
        .Concat(options.Tenants.Index().Where(entry => string.IsNullOrWhiteSpace(entry.Item.Name))
            .Select(entry => $"Millrace:Gateway:Quotas:Tenants:{entry.Index}:Name is missing; it must name the tenant."))
        .Concat(options.Tenants.Select(tenant => tenant.Name).OfType<string>().CountBy(name => name, StringComparer.Ordinal).Where(named => named.Value > 1)
            .Select(named => $"Millrace:Gateway:Quotas:Tenants has {named.Value} entries for '{named.Key}'; one is allowed."));

    private static IEnumerable<string> Faults(string where, QuotaSetting setting)
    {
        foreach (var (name, value) in setting.All)
        {
            var most = name.EndsWith("Bytes", StringComparison.Ordinal) ? MostBytes : MostNumber;
            if (value < 0 || value > most) yield return $"{where}:{name} is {value}; it must be between 0 and {most}.";
        }
    }
}
