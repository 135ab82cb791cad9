namespace Millrace.Tests.ScriptedProviders;

/// <summary>How one provider writes a stream down.</summary>
internal interface IWireFormat
{
    string ContentType { get; }

    /// <summary>Appended to the server's address to get what a user would configure as Endpoint.</summary>
    string BasePath { get; }

    /// <summary>The frames before the first content.</summary>
    string Begin(ScriptedUsage usage);

    string Text(string text);

    string Reasoning(string text);

    /// <summary>The frames of one tool call; with <paramref name="whole"/> false they break off in its arguments.</summary>
    string ToolCall(string id, string name, string arguments, bool whole);

    /// <summary>The frames of several calls, with arguments in fragments of so many characters, those of all calls by turns where the wire can.</summary>
    string ToolCalls(IReadOnlyList<ScriptedTool> calls, int fragment);

    /// <summary>The frames after the content: reason (in OpenAI's words), usage and the end mark.</summary>
    string Finish(string reason, ScriptedUsage usage);

    /// <summary>An error in the middle of the stream.</summary>
    string Error(string code);

    /// <summary>The body of a refusal.</summary>
    string Refusal(string code, string message);
}

internal sealed record ScriptedUsage(int? Input, int? Output);
