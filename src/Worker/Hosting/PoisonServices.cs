using Millrace.Worker.Messaging;
using Millrace.Worker.Poison;

namespace Millrace.Worker.Hosting;

/// <summary>Registers what keeps a fleet alive whatever it is sent.</summary>
internal static class PoisonServices
{
    public static IServiceCollection AddPoison(this IServiceCollection services) => services
        .AddSingleton<InFlightLog>()
        .AddSingleton<Suspects>()
        .AddSingleton<MessageTrial>()
        .AddSingleton<PoisonReport>()
        .AddSingleton<PoisonAnswers>()
        .AddHostedService<PoisonService>();
}
