using System.Text;
using Millrace.Providers.Http;

namespace Millrace.Providers.Streaming;

/// <summary>
/// A JSON text that comes in pieces, and whether it is whole by now. It is parsed once, where its first value closes, and not at every piece: a model can be
/// made to send a million characters three at a time.
/// </summary>
internal sealed class GrowingJson
{
    private readonly StringBuilder text = new();
    private int depth;
    private bool hasBegun;
    private bool isInString;
    private bool isEscaped;

    /// <summary>Of brackets and texts the end is seen; a number's or a word's only by what follows.</summary>
    private bool isClosed;

    /// <summary>Whether the value that has closed is one; null while none has closed.</summary>
    private bool? isValue;

    /// <summary>How often it was parsed.</summary>
    internal int Parsed { get; private set; }

    /// <summary>Whether what there is could be all: JSON to its end, or, as models write it for nothing, only white space.</summary>
    public bool IsWhole => text.Length > 0 && (isValue ?? (!hasBegun || (depth == 0 && !isInString && Settle())));

    public void Append(string piece)
    {
        text.Append(piece);
        foreach (var letter in piece) Take(letter);
    }

    public override string ToString() => text.ToString();

    private void Take(char letter)
    {
        if (!isInString && char.IsWhiteSpace(letter)) return;
        hasBegun = true;
        if (isInString) TakeInString(letter);
        else if (isClosed && depth == 0) isValue = false; // something stands behind the value
        else TakeOutside(letter);
    }

    private void TakeInString(char letter)
    {
        if (isEscaped) isEscaped = false;
        else if (letter == '\\') isEscaped = true;
        else if (letter == '"') (isInString, isClosed) = (false, depth == 0);
    }

    private void TakeOutside(char letter)
    {
        if (letter == '"') isInString = true;
        else if (letter is '{' or '[') depth++;
        else if (letter is '}' or ']') isClosed = --depth <= 0;
    }

    /// <summary>Parses what has closed, or may have.</summary>
    private bool Settle()
    {
        Parsed++;
        var whole = CallArguments.Read(HalfCharacters.MendEscapes(text.ToString())) is not null;
        if (isClosed) isValue = whole; // a number may go on
        return whole;
    }
}
