using System.Text.Json.Serialization;

namespace Millrace.Dialects.BatchFiles;

/// <summary>Why a line has no answer.</summary>
/// <param name="Code">A word for programs.</param>
/// <param name="Message">A sentence for people.</param>
public sealed record LineError([property: JsonPropertyName("code")] string Code, [property: JsonPropertyName("message")] string Message);
