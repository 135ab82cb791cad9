namespace Millrace.Dialects.Errors;

/// <summary>Ends a call with an answer that says why.</summary>
public sealed class FaultException(Fault fault) : Exception(fault.Message)
{
    public Fault Fault { get; } = fault;

    public static FaultException BadRequest(string message, string? param = null) => new(new(400, "invalid_request", message) { Param = param });

    public static FaultException NotFound(string message) => new(new(404, "not_found", message));
}
