// A worker with tools whose effects happen outside of it, at the address in MILLRACE_TEST_DESK: a test sees each call there, holds it
// back, and kills this process in the middle of it. With a word in MILLRACE_TEST_DEADLY it dies as soon as any code of it has that word in an exception: where a
// request that has it is looked at.

using System.ComponentModel;
using System.Net.Http.Json;
using Millrace.Worker;

if (Environment.GetEnvironmentVariable("MILLRACE_TEST_DEADLY") is { } deadly)
{
    AppDomain.CurrentDomain.FirstChanceException += (_, first) =>
    {
        if (first.Exception.Message.Contains(deadly, StringComparison.Ordinal)) Environment.FailFast("This worker has met the deadly word.");
    };
}

using var desk = new HttpClient { BaseAddress = new Uri(Environment.GetEnvironmentVariable("MILLRACE_TEST_DESK")!), Timeout = Timeout.InfiniteTimeSpan };

return await MillraceWorker.RunAsync(args, tools => tools
    .Add(AtTheDesk, "effect")
    .Add(AtTheDesk, "effect_again", options: new ToolOptions { Idempotent = true })
    .Add(AtTheDesk, "effect_in_turn", options: new ToolOptions { Parallel = false })
    .Add(AtTheDesk, "effect_if_agreed", options: new ToolOptions { RequiresApproval = true })
    .Add(Die, "kill_worker", options: new ToolOptions { Idempotent = true })
    .Add(AtTheDesk, "effect_in_a_second", options: new ToolOptions { Timeout = TimeSpan.FromSeconds(1), MaxResultCharacters = 100 }));

[Description("Does something at the desk, and says what the desk said.")]
async Task<string> AtTheDesk([Description("What to do.")] string what, CancellationToken cancellation)
{
    var call = ToolCallContext.Current!;
    using var answer = await desk.PostAsJsonAsync("", new { what, callId = call.CallId, attempt = call.Attempt, key = call.IdempotencyKey }, cancellation);
    var said = await answer.Content.ReadAsStringAsync(cancellation);
    return answer.IsSuccessStatusCode ? said : throw new InvalidOperationException(said);
}

[Description("Ends the process that runs it, whatever else that has in hand.")]
static string Die([Description("What to say.")] string what)
{
    Environment.FailFast("This worker was told to die.");
    return what;
}
