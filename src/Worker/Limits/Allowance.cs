namespace Millrace.Worker.Limits;

/// <summary>What is shared by all calls of a scope, in the whole fleet. Null is no limit.</summary>
internal sealed record Allowance(string Scope, int? RequestsPerMinute, int? TokensPerMinute, int? ConcurrentCalls);
