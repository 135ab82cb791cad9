using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Millrace.Engine.Budgets;
using Millrace.Engine.Settings;

namespace Millrace.Tests.Budgets;

public sealed class TenantSettingsTests
{
    private static readonly DateTimeOffset Time = new(2026, 12, 1, 0, 30, 0, TimeSpan.FromHours(1)); // still November in UTC

    [Fact]
    public void A_tenants_own_entry_goes_before_the_one_for_everybody_and_names_are_exact()
    {
        var budgets = Budgets(("acme.eu-1", "10", "Day"), ("*", "1", "Total"));

        Assert.Equal(new("tenant/acme.eu-1/2026-11-30", 10_000_000_000), budgets.Find("acme.eu-1", Time));
        Assert.Equal(new("tenant/ACME.eu-1/total", 1_000_000_000), budgets.Find("ACME.eu-1", Time));
        Assert.Null(Budgets(("acme", "0.000000001", null)).Find("other", Time));
        Assert.Equal(new("tenant/acme/2026-11", 1), Budgets(("acme", "0.000000001", null)).Find("acme", Time));
        Assert.Equal("a budget of $10 a day (UTC)", budgets.Describe("acme.eu-1"));
    }

    [Theory]
    [InlineData("", "1", null, "Millrace:Tenants:0:Name is empty; give the tenant")]
    [InlineData("a b", "1", null, "Millrace:Tenants:0:Name is 'a b', and no tenant is called so")]
    [InlineData("acme", null, null, "Millrace:Tenants:0 ('acme') has neither Budget nor Weight; give one of them")]
    [InlineData("acme", "-1", null, "Millrace:Tenants:0:Budget is -1; it must be between 0 and 1000000000 US dollars.")]
    public void What_cannot_be_is_explained(string name, string? budget, string? period, string message) =>
        Assert.Contains(Faults((name, budget, period)), fault => fault.StartsWith(message, StringComparison.Ordinal));

    [Fact]
    public void Two_entries_of_one_tenant_are_a_mistake_and_a_budget_of_nothing_is_none() => Assert.Equal(
        ["Millrace:Tenants:0 and Millrace:Tenants:1 have the same Name 'a'; keep one of them."], Faults(("a", "0", "Day"), ("a", "2", "Month"), ("A", "3", "Month")));

    private static TenantBudgets Budgets(params (string Name, string? Budget, string? Period)[] tenants) => new(Options.Create(Read(tenants)));

    private static IEnumerable<string> Faults(params (string Name, string? Budget, string? Period)[] tenants) =>
        new TenantSettingsValidation().Validate(null, Read(tenants)).Failures ?? [];

    private static MillraceOptions Read((string Name, string? Budget, string? Period)[] tenants) => new ConfigurationBuilder()
        .AddInMemoryCollection(tenants.SelectMany((tenant, n) => new Dictionary<string, string?>
        {
            [$"Tenants:{n}:Name"] = tenant.Name,
            [$"Tenants:{n}:Budget"] = tenant.Budget,
            [$"Tenants:{n}:BudgetPeriod"] = tenant.Period,
        }).Where(entry => entry.Value is not null)).Build().Get<MillraceOptions>()!;
}
