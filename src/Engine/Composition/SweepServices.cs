using Millrace.Engine.Recovery;

namespace Millrace.Engine.Composition;

/// <summary>Registers what puts back on its way what fell through, in the order in which it is looked for.</summary>
internal static class SweepServices
{
    public static IServiceCollection AddSweeper(this IServiceCollection services) => services
        .AddSingleton<SweepRound>()
        .AddSingleton<TicketRenewal>()
        .AddSingleton<ISweep, LostClaimSweep>()
        .AddSingleton<ISweep, TicketSweep>()
        .AddSingleton<ISweep, UnclaimedSweep>()
        .AddSingleton<ISweep, AnnouncementSweep>()
        .AddSingleton<ISweep, SettlementSweep>()
        .AddSingleton<ISweep, Retention>()
        .AddHostedService<RecoveryService>();
}
