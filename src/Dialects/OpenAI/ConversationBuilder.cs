using System.Text;
using Millrace.Contracts;

namespace Millrace.Dialects.OpenAI;

/// <summary>
/// A conversation out of the pieces that the two APIs have for it: what belongs to one step of the model becomes one message, and the results of its calls another.
/// Each piece is taken once, so the work grows with the conversation and no faster.
/// </summary>
internal sealed class ConversationBuilder
{
    private const string PictureFollows = "[What came of it is in the next message.]";
    private const string FromResults = "[From the results of the tool calls above.]";

    private readonly List<PromptMessage> messages = [];
    private readonly StringBuilder thoughts = new();
    private readonly List<ToolCall> calls = [];
    private readonly List<ToolResult> results = [];
    private readonly List<Attachment> pictures = [];
    private PromptMessage? reply;

    /// <summary>A message of anybody but the assistant.</summary>
    public void Add(PromptMessage message)
    {
        Close();
        messages.Add(message);
    }

    /// <summary>What the assistant said. Calls that follow belong to it.</summary>
    public void Say(string text, string? thought = null, IReadOnlyList<ToolCall>? made = null)
    {
        if (reply is not null) CloseReply();
        CloseResults();
        thoughts.Append(thought);
        reply = new(MessageRole.Assistant, text);
        calls.AddRange(made ?? []);
    }

    /// <summary>What the assistant thought before its next words. Between two calls it belongs to both: nobody has answered the first yet.</summary>
    public void Think(string text)
    {
        if (text.Length == 0) return;
        CloseResults();
        if (reply is not null && calls.Count == 0) CloseReply();
        if (thoughts.Length > 0) thoughts.Append("\n\n");
        thoughts.Append(text);
    }

    public void Call(ToolCall call)
    {
        CloseResults();
        reply ??= new(MessageRole.Assistant, "");
        calls.Add(call);
    }

    /// <summary>What came of a call. Results hold text only, so a picture goes behind those of its step, where every provider takes one.</summary>
    public void Answer(string callId, ContentParts content)
    {
        CloseReply();
        var text = content.Text.Length == 0 && content.Attachments.Count > 0 ? PictureFollows : content.Text;
        results.Add(new(callId, text));
        pictures.AddRange(content.Attachments);
    }

    public List<PromptMessage> Build()
    {
        Close();
        return messages;
    }

    private void Close()
    {
        CloseReply();
        CloseResults();
    }

    private void CloseReply()
    {
        if (reply is null && thoughts.Length == 0) return;
        messages.Add((reply ?? new(MessageRole.Assistant, "")) with
        {
            Reasoning = thoughts.Length > 0 ? thoughts.ToString() : null,
            ToolCalls = calls.Count > 0 ? [.. calls] : null,
        });
        reply = null;
        thoughts.Clear();
        calls.Clear();
    }

    private void CloseResults()
    {
        if (results.Count > 0) messages.Add(new(MessageRole.Tool, "") { ToolResults = [.. results] });
        if (pictures.Count > 0) messages.Add(new(MessageRole.User, FromResults) { Attachments = [.. pictures] });
        results.Clear();
        pictures.Clear();
    }
}
