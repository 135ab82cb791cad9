using Millrace.Persistence.Model;

namespace Millrace.Engine.Batches;

/// <summary>A file of which nothing runs.</summary>
internal sealed class BadFileException(IReadOnlyList<BatchFault> faults) : Exception(faults[0].Message)
{
    public IReadOnlyList<BatchFault> Faults => faults;
}
