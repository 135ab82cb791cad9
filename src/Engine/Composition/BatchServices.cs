using Millrace.Engine.Batches;
using Millrace.Engine.Dispatch;

namespace Millrace.Engine.Composition;

/// <summary>Registers what bulk work needs.</summary>
internal static class BatchServices
{
    public static IServiceCollection AddBatches(this IServiceCollection services) => services
        .AddSingleton<BulkSignal>()
        .AddSingleton<LineEstimate>()
        .AddSingleton<LineAdmission>()
        .AddSingleton<FileCheck>()
        .AddSingleton<BatchEvents>()
        .AddSingleton<BatchRefusal>()
        .AddSingleton<BatchValidator>()
        .AddSingleton<BatchTally>()
        .AddSingleton<FeedPlan>()
        .AddSingleton<BulkFeeder>();
}
