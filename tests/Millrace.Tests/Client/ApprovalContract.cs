using Millrace.Client.RabbitMq;
using Millrace.Contracts;
using Millrace.Tests.Client.Fakes;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Client;

/// <summary>What one who agrees to calls, or takes tools back, is promised on every transport.</summary>
public abstract class ApprovalContract
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected abstract Task<Stage> StageAsync();

    [Fact]
    public async Task Each_call_that_waits_for_consent_is_told_once_whoevers_it_is_and_decided()
    {
        await using var stage = await StageAsync();
        var client = await stage.ClientAsync();
        var asked = new[] { "billing", client.Channel, "billing" }.Select(channel => (Channel: channel, Asked: Approval())).ToList();
        var seen = new List<ToolApprovalRequested>();
        using var ask = new CancellationTokenSource();
        var asking = AskAsync(stage, asked, ask.Token);

        await foreach (var approval in client.ToolApprovalsAsync(Token))
        {
            seen.Add(approval);
            if (seen.Count < 3)
                continue;
            await ask.CancelAsync();
            await client.ApproveToolCallAsync(approval.GenerationId, approval.Call.Id, Token);
            await client.DenyToolCallAsync(seen[0].GenerationId, "call-1", "Not on Sundays.", Token);
            break;
        }

        await asking;
        await Until.EqualAsync(2, () => stage.Fleet.Tools.Decisions.Count);
        Assert.Equal(asked.Select(approval => approval.Asked).ToHashSet(), seen.ToHashSet());
        Assert.Equivalent(
            new[]
            {
                new DecideToolCall { GenerationId = seen[2].GenerationId, CallId = "call-1", Approve = true },
                new DecideToolCall { GenerationId = seen[0].GenerationId, CallId = "call-1", Approve = false, Reason = "Not on Sundays." },
            },
            stage.Fleet.Tools.Decisions,
            strict: true);
    }

    [Fact]
    public async Task A_tool_is_taken_back_and_a_refusal_is_told()
    {
        await using var stage = await StageAsync();
        stage.Fleet.Tools.Refuses = offered => offered.Name == "local" ? "The workers have a tool 'local' of their own; choose another name." : null;
        var client = await stage.ClientAsync();

        await client.RemoveToolAsync("get_weather", Token);

        var removal = Assert.Single(stage.Fleet.Tools.Offers);
        Assert.Equal(("get_weather", true, client.Channel), (removal.Name, removal.Remove, removal.Channel));
        Assert.Contains("of their own", (await Assert.ThrowsAsync<ArgumentException>(() => client.RemoveToolAsync("local", Token))).Message, StringComparison.Ordinal);
        Assert.Contains("[A-Za-z0-9_-]{1,64}", (await Assert.ThrowsAsync<ArgumentException>(() => client.RemoveToolAsync("get weather", Token))).Message, StringComparison.Ordinal);
    }

    /// <summary>As a fleet does: again and again. Nobody knows when the reader is there.</summary>
    private static async Task AskAsync(Stage stage, List<(string Channel, ToolApprovalRequested Asked)> asked, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            foreach (var (channel, approval) in asked)
                await stage.Fleet.Tools.SendAsync(approval, channel);
            await Task.Delay(50, Token);
        }
    }

    private static ToolApprovalRequested Approval() => new()
    {
        GenerationId = Guid.CreateVersion7(),
        Step = 1,
        Call = new ToolCall("call-1", "pay", """{"euros":3}"""),
        Deadline = DateTimeOffset.UnixEpoch,
    };
}
