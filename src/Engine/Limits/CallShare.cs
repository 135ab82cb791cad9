using Millrace.Persistence.Limits;

namespace Millrace.Engine.Limits;

/// <summary>A worker's part of the calls at a time that a budget allows.</summary>
/// <param name="Row">What it tells the others.</param>
/// <param name="Free">Calls that it may begin now.</param>
internal sealed record CallShare(PermitRow Row, int Free)
{
    private const long Turn = 5 * Gcra.Second;

    /// <summary>Takes no more than the others have left, and gives back what is beyond the fair share and not in use.</summary>
    public static CallShare Of(int limit, string scope, Guid me, int inUse, int waiting, IEnumerable<PermitRow> permits, long now)
    {
        var others = permits.Where(permit => permit.Scope == scope && permit.Worker != me).Select(permit => Plausible(permit, limit)).ToList();
        var wanted = inUse + waiting;
        var fair = FairShare.Divide(limit, [.. others.Select(other => (other.Worker, Math.Max(other.Wanted, other.Granted))), (me, wanted)], now / Turn)[me];
        var share = Math.Min(fair, (int)Math.Max(0, limit - others.Sum(other => (long)other.Granted)));
        return new(new PermitRow(scope, me, wanted, Math.Max(inUse, share)), Math.Max(0, share - inUse));
    }

    /// <summary>A row that nobody can have written says nothing that the others have to suffer from.</summary>
    private static PermitRow Plausible(PermitRow row, int limit) => row with { Wanted = Math.Max(0, row.Wanted), Granted = Math.Clamp(row.Granted, 0, limit) };
}
