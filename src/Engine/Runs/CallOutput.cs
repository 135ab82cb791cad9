using System.Text;
using Millrace.Contracts;

namespace Millrace.Engine.Runs;

/// <summary>What the provider call that runs has produced so far. Each call begins with nothing.</summary>
public sealed class CallOutput
{
    private readonly StringBuilder text = new();
    private readonly List<ToolCallDraft> calls = [];

    /// <summary>The answer.</summary>
    public string Text => text.ToString();

    public bool HasText => text.Length > 0;

    public ReasoningPieces Reasoning { get; } = new();

    /// <summary>Tool calls, in order.</summary>
    public IReadOnlyList<ToolCallDraft> Calls => calls;

    /// <summary>Characters of answer, reasoning and tool calls: all of them are held and stored.</summary>
    public long Characters { get; private set; }

    /// <summary>The provider's count.</summary>
    public TokenUsage? Usage { get; private set; }

    /// <summary>US dollars, once the call has ended and if its price and its count are known.</summary>
    public decimal? Cost { get; private set; }

    /// <summary>Counts what is about to be added. False when it is more than is allowed.</summary>
    public bool TryCount(string piece, long most)
    {
        Characters += piece.Length;
        return Characters <= most;
    }

    public void AddText(string delta) => text.Append(delta);

    public void AddCall(ToolCallDraft call) => calls.Add(call);

    public void CountTokens(TokenUsage counted) => Usage = counted;

    public void Price(decimal? dollars) => Cost = dollars;

    public void Clear()
    {
        text.Clear();
        Reasoning.Clear();
        calls.Clear();
        Characters = 0;
        Usage = null;
        Cost = null;
    }
}
