using Microsoft.Extensions.Options;
using Millrace.Engine.Budgets;
using Millrace.Engine.Settings;

namespace Millrace.Engine.Composition;

/// <summary>Registers what holds calls to budgets.</summary>
internal static class BudgetServices
{
    public static IServiceCollection AddBudgets(this IServiceCollection services) => services
        .AddSingleton<TenantBudgets>().AddSingleton<CallEstimate>()
        .AddSingleton<IValidateOptions<MillraceOptions>, TenantSettingsValidation>();
}
