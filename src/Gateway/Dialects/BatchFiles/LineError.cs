using System.Text.Json.Serialization;

namespace Millrace.Gateway.Dialects.BatchFiles;

/// <summary>Why a line has no answer.</summary>
/// <param name="Code">A word for programs.</param>
/// <param name="Message">A sentence for people.</param>
internal sealed record LineError([property: JsonPropertyName("code")] string Code, [property: JsonPropertyName("message")] string Message);
