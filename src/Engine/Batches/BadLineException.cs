using Millrace.Persistence.Model;

namespace Millrace.Engine.Batches;

/// <summary>A line that cannot run.</summary>
internal sealed class BadLineException(BatchFault fault) : Exception(fault.Message)
{
    public BatchFault Fault => fault;
}
