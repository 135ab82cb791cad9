using System.Text.Encodings.Web;
using System.Text.Json;

namespace Millrace.Tests.ScriptedProviders;

internal static class Json
{
    /// <summary>Emoji as bytes, not as escapes: otherwise no test would ever see one split.</summary>
    public static JsonSerializerOptions Unescaped { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
