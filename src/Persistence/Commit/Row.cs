namespace Millrace.Persistence.Commit;

/// <summary>The answer of a write that returns nothing but the fact that its condition held.</summary>
internal sealed class Row
{
    public static readonly Row Found = new();
}
