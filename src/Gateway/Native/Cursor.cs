using System.Buffers.Text;
using System.Text;
using Millrace.Dialects.Errors;
using Millrace.Persistence.Files;
using Millrace.Persistence.Generations;

namespace Millrace.Gateway.Native;

/// <summary>Places in lists as callers see them: letters without a meaning, so that what is in them may change.</summary>
internal static class Cursor
{
    public static string Of(GenerationView generation) => Of(generation.ReceivedAt!.Value, generation.GenerationId);

    public static string Of(DateTimeOffset time, Guid id) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(FormattableString.Invariant($"{time.UtcTicks}.{id:N}")));

    public static string Of(Guid id) => Base64Url.EncodeToString(id.ToByteArray());

    /// <exception cref="FaultException">It is none.</exception>
    public static GenerationCursor? Generation(string? cursor) => cursor is null ? null : Place(cursor) is var (time, id) ? new(time, id) : throw Unreadable();

    /// <exception cref="FaultException">It is none.</exception>
    public static ListCursor? Item(string? cursor) => cursor is null ? null : Place(cursor) is var (time, id) ? new(time, id) : throw Unreadable();

    /// <exception cref="FaultException">It is none.</exception>
    public static Guid? Id(string? cursor) => cursor is null ? null : Decoded(cursor, 16) is { Length: 16 } id ? new Guid(id) : throw Unreadable();

    public static FaultException Unreadable() => FaultException.BadRequest("cursor is none of this list's; it must be the nextCursor of a page before, unchanged.", "cursor");

    private static (DateTimeOffset Time, Guid Id)? Place(string cursor) =>
        Encoding.ASCII.GetString(Decoded(cursor, 64)).Split('.') is [var ticks, var text] && long.TryParse(ticks, out var time) && Guid.TryParseExact(text, "N", out var id)
            && time >= 0 && time <= DateTimeOffset.MaxValue.UtcTicks
            ? (new(time, TimeSpan.Zero), id)
            : null;

    private static byte[] Decoded(string cursor, int longest)
    {
        var bytes = new byte[longest];
        return cursor.Length <= Base64Url.GetEncodedLength(longest) && Base64Url.IsValid(cursor) && Base64Url.TryDecodeFromChars(cursor, bytes, out var length) ? bytes[..length] : throw Unreadable();
    }
}
