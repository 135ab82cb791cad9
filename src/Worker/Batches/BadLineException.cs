using Millrace.Persistence;
using Millrace.Gateway.Dialects.Errors;

namespace Millrace.Worker.Batches;

/// <summary>A line that cannot run.</summary>
internal sealed class BadLineException(BatchFault fault) : Exception(fault.Message)
{
    public BatchFault Fault => fault;
}
