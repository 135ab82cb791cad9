using Millrace.Persistence.Model;

namespace Millrace.Persistence.Batches;

/// <summary>The generation of a line: the same wherever it is computed.</summary>
public static class BatchLineId
{
    public static Guid Of(Guid batch, long number, int round = 0) =>
        NamedId.Of(batch, FormattableString.Invariant($"{number}/{round}"));
}
