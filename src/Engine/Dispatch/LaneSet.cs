using Millrace.Contracts;
using Millrace.Providers.Registry;

namespace Millrace.Engine.Dispatch;

/// <summary>The lanes of this worker: one for each configured provider and class.</summary>
public sealed class LaneSet(ProviderRegistry providers, TimeProvider time) : IDisposable
{
    public IReadOnlyList<Lane> All { get; } =
    [
        .. providers.All.SelectMany(provider => new Lane[]
        {
            new(provider.Name, GenerationClass.Interactive, provider.Options.InteractiveConcurrency, time),
            new(provider.Name, GenerationClass.Bulk, provider.Options.BulkConcurrency, time),
        }),
    ];

    public void Dispose()
    {
        foreach (var lane in All) lane.Dispose();
    }
}
