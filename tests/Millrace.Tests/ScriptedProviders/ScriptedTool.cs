namespace Millrace.Tests.ScriptedProviders;

/// <summary>A tool call that a scripted provider makes.</summary>
/// <param name="Arguments">Their text, which need not be JSON; null leaves them out.</param>
/// <param name="Id">Null leaves it out, where the wire can.</param>
public sealed record ScriptedTool(string Name, string? Arguments, string? Id = "call_1")
{
    /// <summary>The arguments in pieces of so many characters; none ends in the middle of one.</summary>
    internal IReadOnlyList<string> Pieces(int fragment) =>
        [.. (Arguments ?? "").EnumerateRunes().Chunk(fragment).Select(runes => string.Concat(runes.Select(rune => $"{rune}")))];
}
