using Millrace.Engine.Dispatch;
using Millrace.Engine.Telemetry;

namespace Millrace.Engine.Composition;

/// <summary>Registers what a worker measures with. Nobody hears it unless the host exports it.</summary>
internal static class InstrumentServices
{
    public static IServiceCollection AddInstruments(this IServiceCollection services) => services
        .AddMetrics().AddSingleton<GenAiMetrics>().AddSingleton<FleetMetrics>().AddHostedService<LaneWatch>();
}
