namespace Millrace.Engine.Batches;

/// <summary>Recognizes files whose characters take two bytes or four, as Windows' programs like to save them.</summary>
public static class Utf16Text
{
    /// <summary>The encoding's name, by the mark at the beginning or by the zeros beside the first letter; null for what may be UTF-8.</summary>
    public static string? NameOf(ReadOnlySpan<byte> beginning) => beginning switch
    {
        [0xFF, 0xFE, 0, 0, ..] or [not 0, 0, 0, 0, ..] => "utf-32",
        [0, 0, 0xFE, 0xFF, ..] or [0, 0, 0, not 0, ..] => "utf-32be",
        [0xFF, 0xFE, ..] or [not 0, 0, ..] => "utf-16",
        [0xFE, 0xFF, ..] or [0, not 0, ..] => "utf-16be",
        _ => null,
    };
}
