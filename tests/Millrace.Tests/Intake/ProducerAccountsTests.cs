using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Millrace.Contracts;
using Millrace.Engine.Settings;
using Millrace.Tests.Persistence;
using Millrace.Tests.Servers;
using Millrace.Tests.Timing;
using Millrace.Worker.Messaging;

namespace Millrace.Tests.Intake;

/// <summary>Which of the broker's accounts acts for whom, and what it may say; with a real broker in <c>Roles</c>.</summary>
[Integration]
public sealed class ProducerAccountsTests(Truths truths) : IClassFixture<Truths>
{
    private static readonly Sender Acme = new("acme", null);

    /// <summary>The check's own, between two questions to the database.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    [Theory]
    [InlineData("billing", true, "acme", null)]
    [InlineData("tools", true, null, null)]
    [InlineData("millrace", true, null, null)]
    [InlineData("Billing", true, null, "The broker's account 'Billing' is bound to no tenant.")]
    [InlineData("stranger", true, null, "Millrace:Producers:stranger names one, or * for all.")]
    [InlineData(null, true, null, "set the AMQP property user-id")]
    [InlineData("", true, null, "set the AMQP property user-id")]
    [InlineData("stranger", false, null, null)]
    [InlineData(null, false, null, null)]
    [InlineData("billing", false, "acme", null)]
    public void An_account_acts_for_its_tenant_and_nobody_for_none(string? account, bool strict, string? tenant, string? refusal)
    {
        var options = new MillraceOptions { RequireProducer = strict };
        (options.Producers["billing"], options.Producers["tools"]) = ("acme", "*");

        var sender = new ProducerAccounts(Options.Create(options), own: "millrace").SenderOf(account);

        Assert.Equal(tenant, sender.Tenant);
        if (refusal is null) Assert.Null(sender.Refusal);
        else Assert.Contains(refusal, sender.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_default_tenant_stays_unsaid_so_that_a_request_stays_the_same_one()
    {
        var request = new GenerateRequested { GenerationId = Guid.CreateVersion7(), Prompt = "x" };

        Assert.Null((await Check(TimeProvider.System).AllowedAsync(new Sender("default", null), request, CancellationToken.None))!.Tenant);
        Assert.Equal("acme", (await Check(TimeProvider.System).AllowedAsync(Acme, request, CancellationToken.None))!.Tenant);
    }

    [Fact]
    public async Task A_cancel_that_overtakes_its_request_is_held_until_it_is_known_whose_it_is()
    {
        foreach (var (tenant, allowed) in new[] { ("acme", true), ("other", false) })
        {
            var (time, row) = (new WatchedTime(), Rows.Queued() with { Tenant = tenant });
            var cancel = new CancelGeneration { GenerationId = row.Id };
            var held = Check(time).AllowedAsync(Acme, cancel, CancellationToken.None);
            Assert.True(await time.WaitsAsync(Pause, held)); // it has asked, and pauses

            await truths.Of(Kind.Sqlite).Intake.AcceptAsync(row, CancellationToken.None);
            time.Advance(Pause);

            if (allowed) Assert.Equal(cancel, await held);
            else await Assert.ThrowsAsync<ForbiddenMessageException>(() => held);
        }
    }

    [Fact]
    public async Task One_whose_request_never_comes_is_refused()
    {
        var time = new WatchedTime();
        var held = Check(time).AllowedAsync(Acme, new CancelGeneration { GenerationId = Guid.CreateVersion7() }, CancellationToken.None);

        while (await time.WaitsAsync(Pause, held)) time.Advance(Pause);

        await Assert.ThrowsAsync<ForbiddenMessageException>(() => held);
        Assert.Equal(TimeSpan.FromSeconds(2), time.Passed);
    }

    [Fact]
    public async Task What_nobody_has_thought_of_is_refused() =>
        await Assert.ThrowsAsync<ForbiddenMessageException>(() => Check(TimeProvider.System).AllowedAsync(Acme, "another message", CancellationToken.None));

    private ProducerCheck Check(TimeProvider time) =>
        new(truths.Of(Kind.Sqlite).Generations, null!, time, NullLogger<ProducerCheck>.Instance);
}
