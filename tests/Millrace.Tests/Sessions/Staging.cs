using Millrace.Contracts;
using Millrace.Tests.Fleet;

namespace Millrace.Tests.Sessions;

/// <summary>Brings a session's turns into the state that a test begins with.</summary>
internal static class Staging
{
    /// <summary>From now on every prompt is answered with <c>re prompt</c>; those that begin with a word wait for the release first.</summary>
    public static TaskCompletionSource HoldTurnsThatSay(this FleetFixture fleet, string word)
    {
        var release = new TaskCompletionSource();
        fleet.Provider.Respond(call =>
        {
            var prompt = Said.LastIn(call);
            if (prompt.StartsWith(word, StringComparison.Ordinal)) call.HoldUntil(release.Task);
            call.Text("re ", prompt).Usage(1, 2).Stop();
        });
        return release;
    }

    /// <summary>Submits a turn and returns when it runs.</summary>
    public static Task<Guid> StartTurnAsync(this FleetFixture fleet, GenerateRequested turn) => fleet.UntilStateAsync("running", turn);

    /// <summary>Submits a turn and returns when it waits for its session.</summary>
    public static Task<Guid> WaitTurnAsync(this FleetFixture fleet, GenerateRequested turn) => fleet.UntilStateAsync("waiting", turn);

    /// <summary>Submits a turn and returns when it is in a state.</summary>
    public static async Task<Guid> UntilStateAsync(this FleetFixture fleet, string state, GenerateRequested turn)
    {
        var id = await fleet.SubmitAsync(turn);
        await fleet.UntilAsync("SELECT state FROM generations WHERE id = $1", state, id);
        return id;
    }

    /// <summary>Submits a turn that is answered with some text and nothing more, and returns when the text is out.</summary>
    public static async Task<Guid> SpeakTurnAsync(this FleetFixture fleet, GenerateRequested turn)
    {
        var id = await fleet.SubmitAsync(turn);
        await fleet.Events.FirstAsync(seen => seen.Id == id && seen.Kind == "chunk");
        return id;
    }
}
