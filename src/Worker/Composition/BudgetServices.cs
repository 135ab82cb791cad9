using Microsoft.Extensions.Options;
using Millrace.Worker.Budgets;
using Millrace.Worker.Settings;

namespace Millrace.Worker.Composition;

/// <summary>Registers what holds calls to budgets.</summary>
internal static class BudgetServices
{
    public static IServiceCollection AddBudgets(this IServiceCollection services) => services
        .AddSingleton<TenantBudgets>().AddSingleton<CallEstimate>().AddSingleton<BudgetGate>()
        .AddSingleton<IValidateOptions<MillraceOptions>, TenantSettingsValidation>();
}
