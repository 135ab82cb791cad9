namespace Millrace.Engine.Limits;

/// <summary>What is shared by all calls of a scope, in the whole fleet. Null is no limit.</summary>
public sealed record Allowance(string Scope, int? RequestsPerMinute, int? TokensPerMinute, int? ConcurrentCalls);
