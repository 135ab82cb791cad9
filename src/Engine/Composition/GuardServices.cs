using Millrace.Engine.Budgets;
using Millrace.Engine.Guards;
using Millrace.Engine.Limits;
using Millrace.Engine.Reuse;

namespace Millrace.Engine.Composition;

/// <summary>Registers what stands before each provider call.</summary>
public static class GuardServices
{
    /// <summary>In the order in which they are asked: what costs nothing before what takes a place, and money last, since it is held for the call alone.</summary>
    public static IServiceCollection AddCallGuards(this IServiceCollection services) => services
        .AddSingleton<CallGuards>()
        .AddCallGuard<AnswerReuse>()
        .AddCallGuard<CooldownGuard>()
        .AddCallGuard<CallLimiter>()
        .AddCallGuard<BudgetGuard>();

    public static IServiceCollection AddCallGuard<TGuard>(this IServiceCollection services) where TGuard : class, ICallGuard => services
        .AddSingleton<TGuard>()
        .AddSingleton<ICallGuard>(provider => provider.GetRequiredService<TGuard>());
}
