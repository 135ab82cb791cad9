namespace Millrace.Engine.Limits;

/// <summary>How calls at a time are divided among workers. Pure.</summary>
internal static class FairShare
{
    /// <summary>
    /// What each may have so that the least of those who want more is as large as can be (max-min). Of what cannot be divided, those get one more who come
    /// first in an order that changes with <paramref name="turn"/>.
    /// </summary>
    public static Dictionary<Guid, int> Divide(int limit, IReadOnlyList<(Guid Worker, int Wanted)> wants, long turn)
    {
        var shares = wants.ToDictionary(want => want.Worker, _ => 0);
        var (left, hungry) = (limit, wants.OrderBy(want => want.Wanted).ToList());
        while (hungry.Count > 0 && hungry[0].Wanted <= left / hungry.Count)
        {
            shares[hungry[0].Worker] = hungry[0].Wanted;
            left -= hungry[0].Wanted;
            hungry.RemoveAt(0);
        }
        if (hungry.Count == 0) return shares;
        var (each, more) = (left / hungry.Count, left % hungry.Count);
        foreach (var (worker, _) in hungry.OrderBy(want => Rank(want.Worker, turn))) shares[worker] = more-- > 0 ? each + 1 : each;
        return shares;
    }

    private static ulong Rank(Guid worker, long turn)
    {
        Span<byte> bytes = stackalloc byte[16];
        worker.TryWriteBytes(bytes);
        var (low, high) = (BitConverter.ToUInt64(bytes), BitConverter.ToUInt64(bytes[8..]));
        var mixed = unchecked(((low ^ high) + (ulong)turn * 0x9E3779B97F4A7C15) * 0xD6E8FEB86659FD93);
        return unchecked((mixed ^ (mixed >> 32)) * 0xD6E8FEB86659FD93);
    }
}
