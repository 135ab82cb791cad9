using System.Data.Common;

namespace Millrace.Persistence.Sql;

/// <summary>
/// A row of a result. Columns are read by their names; where one stands is looked up once for a result. It is valid
/// until the next row is read.
/// </summary>
public sealed class Row
{
    private readonly DbDataReader reader;
    private readonly SqlDialect sql;
    private readonly List<(string Column, int Ordinal)> known = [];
    private int next;

    internal Row(DbDataReader reader, SqlDialect sql) => (this.reader, this.sql) = (reader, sql);

    public string GetString(string column) => reader.GetString(OrdinalOf(column));

    public string? GetStringOrNull(string column) =>
        OrdinalIfSet(column) is { } ordinal ? reader.GetString(ordinal) : null;

    public int GetInt32(string column) => reader.GetInt32(OrdinalOf(column));

    public int? GetInt32OrNull(string column) => OrdinalIfSet(column) is { } ordinal ? reader.GetInt32(ordinal) : null;

    public long GetInt64(string column) => reader.GetInt64(OrdinalOf(column));

    public long? GetInt64OrNull(string column) => OrdinalIfSet(column) is { } ordinal ? reader.GetInt64(ordinal) : null;

    public bool GetBoolean(string column) => reader.GetBoolean(OrdinalOf(column));

    public Guid GetGuid(string column) => reader.GetGuid(OrdinalOf(column));

    public Guid? GetGuidOrNull(string column) => OrdinalIfSet(column) is { } ordinal ? reader.GetGuid(ordinal) : null;

    public byte[] GetBytes(string column) => reader.GetFieldValue<byte[]>(OrdinalOf(column));

    public DateTimeOffset GetTime(string column) => sql.ReadTime(reader, OrdinalOf(column));

    public DateTimeOffset? GetTimeOrNull(string column) =>
        OrdinalIfSet(column) is { } ordinal ? sql.ReadTime(reader, ordinal) : null;

    /// <summary>The column of a query that has only one.</summary>
    public T GetOnly<T>() where T : notnull => reader.GetFieldValue<T>(0);

    /// <summary>The same where it may hold nothing.</summary>
    public T? GetOnlyOrDefault<T>() => reader.IsDBNull(0) ? default : reader.GetFieldValue<T>(0);

    /// <summary>The same for a time.</summary>
    public DateTimeOffset GetOnlyTime() => sql.ReadTime(reader, 0);

    /// <summary>Columns whose number only the query knows: the first ones.</summary>
    internal IReadOnlyList<string> GetFirstStrings(int count) => [.. Enumerable.Range(0, count).Select(reader.GetString)];

    /// <summary>The reader has moved on.</summary>
    internal void MoveToStart() => next = 0;

    private int? OrdinalIfSet(string column)
    {
        var ordinal = OrdinalOf(column);
        return reader.IsDBNull(ordinal) ? null : ordinal;
    }

    /// <summary>
    /// Who reads many rows asks each for the same columns in the same order, so the next known column is nearly always
    /// the one.
    /// </summary>
    private int OrdinalOf(string column)
    {
        if (next < known.Count && ReferenceEquals(known[next].Column, column)) return known[next++].Ordinal;
        var place = known.FindIndex(one => one.Column == column);
        if (place < 0)
        {
            place = known.Count;
            known.Add((column, reader.GetOrdinal(column)));
        }
        next = place + 1;
        return known[place].Ordinal;
    }
}
