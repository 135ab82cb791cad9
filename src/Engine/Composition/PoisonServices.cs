using Millrace.Engine.Poison;

namespace Millrace.Engine.Composition;

/// <summary>Registers what keeps a fleet alive whatever it is sent.</summary>
internal static class PoisonServices
{
    public static IServiceCollection AddPoison(this IServiceCollection services) => services
        .AddSingleton<InFlightLog>()
        .AddSingleton<Suspects>()
        .AddSingleton<MessageTrial>()
        .AddSingleton<PoisonReport>()
        .AddHostedService<PoisonService>();
}
