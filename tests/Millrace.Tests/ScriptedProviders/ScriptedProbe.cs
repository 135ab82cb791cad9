namespace Millrace.Tests.ScriptedProviders;

/// <summary>A question whether the provider is there, as the provider saw it.</summary>
public sealed record ScriptedProbe(string Path, IReadOnlyDictionary<string, string> Headers);
