namespace Millrace.Engine.Poison;

/// <summary>What is known of something that is about to run. Dispose it when it has.</summary>
/// <param name="Deaths">Workers that died over it.</param>
/// <param name="MayRun">False while another one, that has to be alone, runs.</param>
public sealed record Suspicion(int Deaths, bool MayRun, SemaphoreSlim? Turn) : IDisposable
{
    public static Suspicion None { get; } = new(0, true, null);

    public bool IsPoison => Deaths >= Suspects.MostDeaths;

    public void Dispose() => Turn?.Release();
}
