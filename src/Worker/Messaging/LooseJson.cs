using System.Text.Json;

namespace Millrace.Worker.Messaging;

/// <summary>How the bus reads JSON.</summary>
internal static class LooseJson
{
    public static JsonReaderOptions Options => new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
}
