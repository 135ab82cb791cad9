using Millrace.Client;
using Millrace.Client.Errors;
using Millrace.Contracts;
using Millrace.Tests.Client.Fakes;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Client;

/// <summary>Who hears of a request that never became a generation, on every bus. (A gateway knows it at once.)</summary>
public abstract class RejectionContract
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected abstract Task<Stage> StageAsync();

    [Fact]
    public async Task A_rejection_reaches_who_sent_the_request_and_nobody_else()
    {
        await using var stage = await StageAsync();
        var hold = new TaskCompletionSource();
        stage.Fleet.Plan = _ => new Script { Before = sequence => sequence == 3 ? hold.Task : Task.CompletedTask };
        var owner = await stage.ClientAsync();
        var other = await stage.ClientAsync();
        var follower = await stage.ClientAsync();
        var request = new GenerateRequested { GenerationId = Guid.NewGuid(), Prompt = "hello" };
        var stream = owner.Stream(request);
        await stream.Started;
        var following = follower.Follow(request.GenerationId).SequencesAsync();

        await other.SubmitAsync(request with { Prompt = "something else" }, Token);
        var rejected = new RequestRejected { GenerationId = request.GenerationId, Reason = RejectionReason.DifferentRequest, Message = "Another." };
        await stage.Fleet.SendAsync(rejected, other.Channel, request.GenerationId);
        await Assert.ThrowsAsync<RequestRejectedException>(async () => await WaitForRejectionAsync(other, request.GenerationId));
        hold.SetResult();

        Assert.Equal(Reading.Through(5), await stream.SequencesAsync());
        Assert.Equal(Reading.Through(5), await following);
    }

    /// <summary>A rejection that arrived before the waiting is known at once; one that comes during it ends it.</summary>
    private static async Task WaitForRejectionAsync(MillraceClient client, Guid id)
    {
        using var deadline = new CancellationTokenSource(Patience.Long);
        await client.WaitAsync(id, deadline.Token);
    }
}
