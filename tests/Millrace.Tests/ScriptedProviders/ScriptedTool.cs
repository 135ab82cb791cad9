namespace Millrace.Tests.ScriptedProviders;

/// <summary>A tool call that a scripted provider makes.</summary>
/// <param name="Arguments">Their text, which need not be JSON; null leaves them out.</param>
/// <param name="Id">Null leaves it out, where the wire can.</param>
public sealed record ScriptedTool(string Name, string? Arguments, string? Id = "call_1");
