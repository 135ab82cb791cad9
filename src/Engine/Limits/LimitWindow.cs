using Millrace.Persistence.Limits;

namespace Millrace.Engine.Limits;

/// <summary>A budget while a plan is made: how far it is given away, what a call takes of it, where the next one is parked.</summary>
internal sealed class LimitWindow
{
    /// <summary>No lead is longer, so a time that is further ahead was given by a clock that has been set back since, and one before 1970 by none.</summary>
    private const long LongestTokens = 10 * Gcra.Minute, LongestPark = 60 * Gcra.Minute, LongestParkForCalls = Gcra.Minute;

    private const long Lead = 2 * Gcra.Second, Unused = 2 * Gcra.Second;

    private readonly Allowance budget;
    private readonly BudgetRow before;
    private readonly long now;
    private long requestsAt, tokensAt, bulkAt, parkAt, bulkParkAt;
    private int freeCalls;

    public LimitWindow(Allowance budget, BudgetRow row, long now, int freeCalls)
    {
        (this.budget, before, this.now, this.freeCalls) = (budget, row, now, freeCalls);
        requestsAt = Math.Clamp(row.RequestsAt, 0, now + Lead + (budget.RequestsPerMinute is { } most ? Gcra.Request(most) : 0));
        tokensAt = Math.Clamp(row.TokensAt, 0, now + LongestTokens);
        bulkAt = Math.Clamp(row.BulkAt, 0, now + Lead + (Gcra.FloorShare * ((budget.RequestsPerMinute is { } each ? Gcra.Request(each) : 0) + (budget is { TokensPerMinute: null, ConcurrentCalls: null } ? 0 : Gcra.Minute))));
        (parkAt, bulkParkAt) = (Places(Math.Max(0, row.ParkAt)), Places(Math.Max(0, row.BulkParkAt)));
    }

    public BudgetRow Row => new(budget.Scope, requestsAt, tokensAt, bulkAt, parkAt, bulkParkAt);

    public bool IsChanged => Row != before;

    /// <summary>When the next call may begin.</summary>
    public long FreeAt => Math.Max(now - Gcra.Slack, RatesFreeAt);

    public bool HasCall => budget.ConcurrentCalls is null || freeCalls > 0;

    /// <summary>Bulk will have had nothing for so long then that the next call is its.</summary>
    public bool OwesBulk(long at) => bulkAt <= at;

    private long RatesFreeAt => Math.Max(budget.RequestsPerMinute is null ? 0 : requestsAt, budget.TokensPerMinute is null ? 0 : tokensAt);

    /// <summary>What calls took more than was estimated for them, or less.</summary>
    public void Settle(long tokens)
    {
        if (budget.TokensPerMinute is { } most) tokensAt = Math.Min(tokensAt + (Math.Sign(tokens) * Gcra.Tokens(Math.Abs(tokens), most)), now + LongestTokens);
    }

    public void Take(long at, LeaseRequest request)
    {
        if (budget.RequestsPerMinute is { } requests) requestsAt = at + Gcra.Request(requests);
        if (budget.TokensPerMinute is { } tokens) tokensAt = at + Gcra.Tokens(request.Tokens, tokens);
        if (budget.ConcurrentCalls is not null) freeCalls--;
        if (request.IsBulk) bulkAt = at + (Gcra.FloorShare * Unit(request));
    }

    /// <summary>The time between two calls such as this one.</summary>
    public long Unit(LeaseRequest request) => Math.Max(
        budget.ConcurrentCalls is { } calls ? (long)request.UsualDuration.TotalMicroseconds / calls : 0,
        Math.Max(budget.RequestsPerMinute is { } requests ? Gcra.Request(requests) : 0, budget.TokensPerMinute is { } tokens ? Gcra.Tokens(request.Tokens, tokens) : 0));

    /// <summary>Where the next one that is parked stands: behind those that are parked already and what is given away.</summary>
    public long Place(bool isBulk) => Math.Max(isBulk ? bulkParkAt : parkAt, FreeAt);

    /// <summary>
    /// Parks behind that place. The places are by the limit itself and not by the somewhat longer spacing of units: a few too many come back, and none of the budget is
    /// lost where one of them does not.
    /// </summary>
    public void Park(LeaseRequest request)
    {
        var next = Place(request.IsBulk) + (Unit(request) / Gcra.Window * Gcra.Minute) + (Unit(request) % Gcra.Window * Gcra.Minute / Gcra.Window);
        if (request.IsBulk) bulkParkAt = next;
        else parkAt = next;
    }

    /// <summary>A rate that is not used though places say that somebody comes for it: they were cancelled, or have ended elsewhere.</summary>
    private long Places(long last)
    {
        if (budget is { RequestsPerMinute: null, TokensPerMinute: null }) return Math.Min(last, now + LongestParkForCalls);
        return RatesFreeAt < now - Unused ? Math.Min(last, now) : Math.Min(last, now + LongestPark);
    }
}
