namespace Millrace.Persistence.Commit;

/// <summary>The database did not answer for as long as the caller would wait.</summary>
public sealed class DatabaseUnavailableException(TimeSpan waited, Exception cause)
    : Exception($"The database did not answer within {waited}.", cause);
