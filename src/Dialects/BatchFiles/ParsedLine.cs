using Millrace.Contracts;

namespace Millrace.Dialects.BatchFiles;

/// <summary>A line as it is meant, before anybody has asked whether the fleet can do it.</summary>
public sealed record ParsedLine(string CustomId, string Form, GenerateRequested Request);
