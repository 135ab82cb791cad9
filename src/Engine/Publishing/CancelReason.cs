namespace Millrace.Engine.Publishing;

/// <summary>The reason of a cancel as it is kept and announced: at most 512 characters, none of which the database refuses.</summary>
public static class CancelReason
{
    private const int Longest = 512;

    public static string? Of(string? given)
    {
        var reason = given?.Replace("\0", "", StringComparison.Ordinal); // Postgres has no text with U+0000
        if (reason is null or { Length: <= Longest }) return reason;
        return reason[..(char.IsHighSurrogate(reason[Longest - 1]) ? Longest - 1 : Longest)];
    }
}
