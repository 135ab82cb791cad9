using System.ComponentModel;
using System.Net.Http.Json;
using Millrace.Engine.Settings;
using Millrace.Engine.Tools;

namespace Millrace.ToolWorker;

/// <summary>Tools whose effects happen outside of the worker, at an address where a test sees each call and holds it back.</summary>
internal sealed class DeskTools(Uri desk)
{
    private static readonly HttpClient Http = new() { Timeout = Timeout.InfiniteTimeSpan };

    public void AddTo(LocalTools tools) => tools
        .Add(AtTheDesk, "effect")
        .Add(AtTheDesk, "effect_again", options: new ToolOptions { Idempotent = true })
        .Add(AtTheDesk, "effect_in_turn", options: new ToolOptions { Parallel = false })
        .Add(AtTheDesk, "effect_if_agreed", options: new ToolOptions { RequiresApproval = true })
        .Add(Die, "kill_worker", options: new ToolOptions { Idempotent = true })
        .Add(AtTheDesk, "effect_cut_short", options: new ToolOptions { MaxResultCharacters = 100 })
        .Add(AtTheDesk, "effect_in_a_second", options: new ToolOptions { Timeout = TimeSpan.FromSeconds(1) });

    [Description("Does something at the desk, and says what the desk said.")]
    private async Task<string> AtTheDesk([Description("What to do.")] string what, CancellationToken cancellation)
    {
        var call = ToolCallContext.Current!;
        using var answer = await Http.PostAsJsonAsync(desk, new { what, callId = call.CallId, attempt = call.Attempt, key = call.IdempotencyKey }, cancellation);
        var said = await answer.Content.ReadAsStringAsync(cancellation);
        return answer.IsSuccessStatusCode ? said : throw new InvalidOperationException(said);
    }

    [Description("Ends the process that runs it, whatever else that has in hand.")]
    private static string Die([Description("What to say.")] string what)
    {
        Environment.FailFast("This worker was told to die.");
        return what;
    }
}
