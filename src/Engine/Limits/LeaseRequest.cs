namespace Millrace.Engine.Limits;

/// <summary>A provider call that may be made when all its budgets allow it.</summary>
public sealed class LeaseRequest(IReadOnlyList<Allowance> budgets, long tokens, bool isBulk, DateTimeOffset receivedAt, TimeSpan usualDuration)
{
    private readonly TaskCompletionSource<LeaseDecision> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<Allowance> Budgets => budgets;

    /// <summary>Those that draw on the same budgets wait in one line.</summary>
    public string Line { get; } = string.Join('\n', budgets.Select(budget => budget.Scope));

    /// <summary>The estimate.</summary>
    public long Tokens => tokens;

    public bool IsBulk => isBulk;

    /// <summary>The order within a class: one that was parked goes before one that came later.</summary>
    public DateTimeOffset ReceivedAt => receivedAt;

    /// <summary>How long such calls take.</summary>
    public TimeSpan UsualDuration => usualDuration;

    /// <summary>Microseconds for which it still waits in place.</summary>
    public long PatienceLeft { get; set; } = Gcra.Patience;

    /// <summary>Its generation was taken up before and has waited already: for a place whose unit was gone when it came, for a retry, or for a tool.</summary>
    public bool IsBack { get; init; }

    /// <summary>Whether a visit to the tables has been about it.</summary>
    public bool HasWaited { get; set; }

    public Task<LeaseDecision> Answer => answer.Task;

    /// <summary>False when nobody waits for it any more.</summary>
    public bool Tell(LeaseDecision decision) => answer.TrySetResult(decision);

    public bool Withdraw() => answer.TrySetCanceled(CancellationToken.None);
}
