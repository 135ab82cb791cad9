using System.Text.Json;
using Millrace.Contracts;
using Millrace.Gateway.Access;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;

namespace Millrace.Gateway.Requests;

/// <summary>Erasing what was said in a generation.</summary>
internal static class Erasure
{
    public static Task<GenerationSnapshot?> FindAsync(this GenerationStore generations, Caller caller, Guid id, CancellationToken cancellation) =>
        generations.FindAsync(caller.Tenant, id, cancellation);

    /// <summary>Erases it, whether or not its caller waits for that. False if there is none that has ended.</summary>
    public static async Task<bool> EraseAsync(this GenerationStore generations, Caller caller, Guid id) =>
        await generations.FindAsync(caller.Tenant, id, CancellationToken.None) is { Outcome: { } outcome } run
        && await generations.EraseAsync(caller.Tenant, id, Bare(run.State, outcome), CancellationToken.None);

    /// <summary>The terminal event without its texts, for those who ask for it again.</summary>
    private static string Bare(string state, string outcome) => state switch
    {
        GenerationState.Completed => Write(Read<GenerationCompleted>(outcome) with { Text = "", ToolCalls = null, IgnoredMembers = null }),
        GenerationState.Failed => Write(Read<GenerationFailed>(outcome) with { PartialText = null, IgnoredMembers = null }),
        _ => Write(Read<GenerationCancelled>(outcome) with { PartialText = null, Reason = null, IgnoredMembers = null }),
    };

    private static T Read<T>(string outcome) => JsonSerializer.Deserialize<T>(outcome, ContractsJson.Options)!;

    private static string Write<T>(T outcome) => JsonSerializer.Serialize(outcome, ContractsJson.Options);
}
