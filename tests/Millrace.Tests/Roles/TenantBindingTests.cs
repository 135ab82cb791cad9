using System.Text;
using Millrace.Contracts;
using Millrace.Tests.Servers;
using RabbitMQ.Client.Exceptions;

namespace Millrace.Tests.Roles;

/// <summary>Accounts of the broker that may act for one tenant alone, whatever a message says.</summary>
[Collection(RoleFleet.Name)]
[Integration]
public sealed class TenantBindingTests(RoleFleet fleet)
{
    private const string Bound = RoleFleet.ProducerAccount;
    private const string Mighty = RoleFleet.Mighty;
    private const string Worker = RoleFleet.Worker;
    private const string Slow = "simulated/default?first=10m";

    [Fact]
    public async Task A_request_belongs_to_its_accounts_tenant_whether_it_says_so_or_not()
    {
        var (silent, saying) = (Request(), Request() with { Tenant = "acme" });

        await fleet.PublishAsync(Bound, silent, Bound);
        await fleet.PublishAsync(Bound, saying, Bound);

        foreach (var request in new[] { silent, saying })
        {
            Assert.Equal("completed", (await fleet.Events.TerminalAsync(request.GenerationId)).Kind);
            Assert.Equal("acme", await TenantOfAsync(request.GenerationId));
        }
    }

    [Theory]
    [InlineData("other", Bound, "Tenant is 'other', and the account that has sent this is bound to tenant 'acme'")]
    [InlineData("default", Bound, "Tenant is 'default'")]
    [InlineData("acme", null, "set the AMQP property user-id")]
    [InlineData(null, null, "set the AMQP property user-id")]
    public async Task A_forged_request_is_rejected_and_set_aside(string? tenant, string? userId, string why)
    {
        var request = Request() with { Tenant = tenant };

        await fleet.PublishAsync(Bound, request, userId);

        var end = await fleet.Events.TerminalAsync(request.GenerationId);
        Assert.Equal(("rejected", nameof(RejectionReason.Forbidden)), (end.Kind, end.String("reason")));
        Assert.Contains(why, end.String("message"), StringComparison.Ordinal);
        Assert.Null(await TenantOfAsync(request.GenerationId));
        await fleet.SetAsideAsync("millrace.intake_error");
    }

    /// <summary>The broker takes no message in another account's name, so the copy must not have it.</summary>
    [Fact]
    public async Task What_cannot_be_read_is_set_aside_once_although_it_names_its_account()
    {
        var id = Guid.CreateVersion7();

        await fleet.PublishAsync<GenerateRequested>(Bound, Encoding.UTF8.GetBytes($$"""{"generationId":"{{id}}","prompt":7}"""), Bound);
        await fleet.SetAsideAsync("millrace.intake_error");

        Assert.Equal(nameof(RejectionReason.Malformed), (await fleet.Events.TerminalAsync(id)).String("reason"));
        var after = Request();
        await fleet.PublishAsync(Bound, after, Bound);
        await fleet.Events.TerminalAsync(after.GenerationId);
        Assert.Single(fleet.Events.Of(id), seen => seen.Kind == "rejected");
    }

    [Fact]
    public async Task The_broker_itself_refuses_another_accounts_name() =>
        await Assert.ThrowsAnyAsync<RabbitMQClientException>(() => fleet.PublishAsync(Bound, Request() with { Tenant = "other" }, Worker));

    [Fact]
    public async Task The_workers_own_account_acts_for_every_tenant()
    {
        var request = Request() with { Tenant = "other" };

        await fleet.PublishAsync(Worker, request, Worker);

        Assert.Equal("completed", (await fleet.Events.TerminalAsync(request.GenerationId)).Kind);
        Assert.Equal("other", await TenantOfAsync(request.GenerationId));
    }

    [Fact]
    public async Task Anothers_generation_cannot_be_cancelled_read_or_answered()
    {
        var others = Request() with { Tenant = "other", Model = Slow };
        await fleet.PublishAsync(Worker, others, Worker);
        await fleet.Events.FirstAsync(seen => seen.Id == others.GenerationId && seen.Kind == "started");

        await fleet.PublishAsync(Mighty, new CancelGeneration { GenerationId = others.GenerationId }, Mighty);
        await fleet.PublishAsync(Mighty, new CancelGeneration { GenerationId = others.GenerationId }, null);
        await fleet.PublishAsync(Mighty, new ToolCallCompleted { GenerationId = others.GenerationId, CallId = "c", Result = "forged" }, Mighty);
        await fleet.PublishAsync(Mighty, new DecideToolCall { GenerationId = others.GenerationId, CallId = "c", Approve = true }, Mighty);
        await fleet.PublishAsync(Mighty, new ReplayRequested { GenerationId = others.GenerationId, Channel = "spy" }, Mighty);

        var refusals = new[] { await fleet.SetAsideAsync("millrace.cancel_error"), await fleet.SetAsideAsync("millrace.cancel_error") };
        Assert.Contains(refusals, refusal => refusal.Contains("of tenant 'acme'", StringComparison.Ordinal));
        Assert.Contains(refusals, refusal => refusal.Contains("user-id", StringComparison.Ordinal));
        Assert.Contains("of tenant 'acme'", await fleet.SetAsideAsync("millrace.tool-results_error"), StringComparison.Ordinal);
        Assert.Contains("of tenant 'acme'", await fleet.SetAsideAsync("millrace.tool-decisions_error"), StringComparison.Ordinal);
        var page = await fleet.Events.FirstAsync(seen => seen.Id == others.GenerationId && seen is { Kind: "replay", Channel: "spy" });
        Assert.Equal("False", page.String("known"));
        Assert.Equal("running", await fleet.QueryAsync<string>("SELECT state FROM generations WHERE id = $1", others.GenerationId));

        await fleet.PublishAsync(Worker, new CancelGeneration { GenerationId = others.GenerationId }, Worker);
        Assert.Equal("cancelled", (await fleet.Events.TerminalAsync(others.GenerationId)).Kind);
    }

    [Fact]
    public async Task Ones_own_can_be_cancelled_and_read()
    {
        var own = Request() with { Model = Slow };
        await fleet.PublishAsync(Bound, own, Bound);
        await fleet.Events.FirstAsync(seen => seen.Id == own.GenerationId && seen.Kind == "started");

        await fleet.PublishAsync(Bound, new ReplayRequested { GenerationId = own.GenerationId, Channel = "own" }, Bound);
        var page = await fleet.Events.FirstAsync(seen => seen.Id == own.GenerationId && seen is { Kind: "replay", Channel: "own" });
        await fleet.PublishAsync(Bound, new CancelGeneration { GenerationId = own.GenerationId }, Bound);

        Assert.Equal("True", page.String("known"));
        Assert.Equal("cancelled", (await fleet.Events.TerminalAsync(own.GenerationId)).Kind);
    }

    [Fact]
    public async Task A_session_is_its_tenants_and_a_forged_question_is_told_so()
    {
        var session = Guid.CreateVersion7();
        await fleet.PublishAsync(Worker, Ask(SessionOperation.Create, session) with { Tenant = "other", SystemPrompt = "Secret." }, Worker);
        await fleet.Events.FirstAsync(seen => seen.Id == session && seen.Kind == "session");
        var (forged, silent, unsigned) = (Ask(SessionOperation.Read, session) with { Tenant = "other" }, Ask(SessionOperation.Read, session), Ask(SessionOperation.Read, session));

        await fleet.PublishAsync(Bound, forged, Bound);
        await fleet.PublishAsync(Bound, silent, Bound);
        await fleet.PublishAsync(Bound, unsigned, null);

        Assert.Equal("Invalid", await ProblemAsync(forged));
        Assert.Equal("NotFound", await ProblemAsync(silent));
        Assert.Equal("Invalid", await ProblemAsync(unsigned));
    }

    [Fact]
    public async Task A_tool_for_all_tenants_is_not_one_tenants_to_offer()
    {
        var offer = new RegisterTool { RequestId = Guid.CreateVersion7(), Name = "spy", Description = "Listens." };

        await fleet.PublishAsync(Mighty, offer, Mighty);

        var answer = await fleet.Events.FirstAsync(seen => seen.Id == offer.RequestId && seen.Kind == "registered");
        Assert.Contains("bound to tenant 'acme'", answer.String("problem"), StringComparison.Ordinal);
        Assert.Null(await fleet.QueryAsync<string>("SELECT name FROM tools WHERE name = 'spy'"));
    }

    private async Task<string?> ProblemAsync(SessionRequested asked) => (await fleet.Events.FirstAsync(
        seen => seen.Kind == "session" && seen.String("requestId") == asked.RequestId.ToString())).String("problem");

    private Task<string?> TenantOfAsync(Guid generation) => fleet.QueryAsync<string>("SELECT tenant FROM generations WHERE id = $1", generation);

    private static GenerateRequested Request() =>
        new() { GenerationId = Guid.CreateVersion7(), Prompt = "Say hello.", Model = "simulated/default?first=0ms&interval=0ms&words=3" };

    private static SessionRequested Ask(SessionOperation operation, Guid session) =>
        new() { RequestId = Guid.CreateVersion7(), Operation = operation, SessionId = session };
}
