namespace Millrace.Persistence.Sql;

/// <summary>A column that rows are copied into.</summary>
public sealed record CopyColumn(string Name, bool IsJson = false);
