using Millrace.Persistence.Limits;

namespace Millrace.Engine.Limits;

/// <summary>A budget while a plan is made: how far it is given away, what a call takes of it, where the next one is parked.</summary>
internal sealed class BudgetLine
{
    /// <summary>No lead is longer, so a time that is further ahead was given by a clock that has been set back since, and one before 1970 by none.</summary>
    private const long LongestTokens = 10 * Pace.Minute, LongestPark = 60 * Pace.Minute, LongestParkForCalls = Pace.Minute;

    private const long Lead = 2 * Pace.Second, Unused = 2 * Pace.Second;

    private readonly Allowance budget;
    private readonly BudgetRow before;
    private readonly long now;
    private long requestsAt, tokensAt, bulkAt, parkAt, bulkParkAt;
    private int freeCalls;

    public BudgetLine(Allowance budget, BudgetRow row, long now, int freeCalls)
    {
        (this.budget, before, this.now, this.freeCalls) = (budget, row, now, freeCalls);
        requestsAt = Math.Clamp(row.RequestsAt, 0, now + Lead + (budget.RequestsPerMinute is { } most ? Pace.Request(most) : 0));
        tokensAt = Math.Clamp(row.TokensAt, 0, now + LongestTokens);
        bulkAt = Math.Clamp(row.BulkAt, 0, now + Lead + (Pace.FloorShare * ((budget.RequestsPerMinute is { } each ? Pace.Request(each) : 0) + (budget is { TokensPerMinute: null, ConcurrentCalls: null } ? 0 : Pace.Minute))));
        (parkAt, bulkParkAt) = (Places(Math.Max(0, row.ParkAt)), Places(Math.Max(0, row.BulkParkAt)));
    }

    public BudgetRow Row => new(budget.Scope, requestsAt, tokensAt, bulkAt, parkAt, bulkParkAt);

    public bool IsChanged => Row != before;

    /// <summary>When the next call may begin.</summary>
    public long FreeAt => Math.Max(now - Pace.Slack, RatesFreeAt);

    public bool HasCall => budget.ConcurrentCalls is null || freeCalls > 0;

    /// <summary>Bulk will have had nothing for so long then that the next call is its.</summary>
    public bool OwesBulk(long at) => bulkAt <= at;

    private long RatesFreeAt => Math.Max(budget.RequestsPerMinute is null ? 0 : requestsAt, budget.TokensPerMinute is null ? 0 : tokensAt);

    /// <summary>What calls took more than was estimated for them, or less.</summary>
    public void Settle(long tokens)
    {
        if (budget.TokensPerMinute is { } most) tokensAt = Math.Min(tokensAt + (Math.Sign(tokens) * Pace.Tokens(Math.Abs(tokens), most)), now + LongestTokens);
    }

    public void Take(long at, Ask ask)
    {
        if (budget.RequestsPerMinute is { } requests) requestsAt = at + Pace.Request(requests);
        if (budget.TokensPerMinute is { } tokens) tokensAt = at + Pace.Tokens(ask.Tokens, tokens);
        if (budget.ConcurrentCalls is not null) freeCalls--;
        if (ask.IsBulk) bulkAt = at + (Pace.FloorShare * Unit(ask));
    }

    /// <summary>The time between two calls such as this one.</summary>
    public long Unit(Ask ask) => Math.Max(
        budget.ConcurrentCalls is { } calls ? (long)ask.UsualDuration.TotalMicroseconds / calls : 0,
        Math.Max(budget.RequestsPerMinute is { } requests ? Pace.Request(requests) : 0, budget.TokensPerMinute is { } tokens ? Pace.Tokens(ask.Tokens, tokens) : 0));

    /// <summary>Where the next one that is parked stands: behind those that are parked already and what is given away.</summary>
    public long Place(bool isBulk) => Math.Max(isBulk ? bulkParkAt : parkAt, FreeAt);

    /// <summary>
    /// Parks behind that place. The places are by the limit itself and not by the somewhat longer spacing of units: a few too many come back, and none of the budget is
    /// lost where one of them does not.
    /// </summary>
    public void Park(Ask ask)
    {
        var next = Place(ask.IsBulk) + (Unit(ask) / Pace.Window * Pace.Minute) + (Unit(ask) % Pace.Window * Pace.Minute / Pace.Window);
        if (ask.IsBulk) bulkParkAt = next;
        else parkAt = next;
    }

    /// <summary>A rate that is not used though places say that somebody comes for it: they were cancelled, or have ended elsewhere.</summary>
    private long Places(long last)
    {
        if (budget is { RequestsPerMinute: null, TokensPerMinute: null }) return Math.Min(last, now + LongestParkForCalls);
        return RatesFreeAt < now - Unused ? Math.Min(last, now) : Math.Min(last, now + LongestPark);
    }
}
