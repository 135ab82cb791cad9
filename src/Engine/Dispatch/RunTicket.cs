namespace Millrace.Engine.Dispatch;

/// <summary>Says that a generation can run. Losing one costs delay: the sweeper sends another.</summary>
public sealed record RunTicket(Guid GenerationId);
