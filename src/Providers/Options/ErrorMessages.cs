namespace Millrace.Providers.Options;

/// <summary>Where a provider's own words about a refusal go. They may quote what was sent to it.</summary>
public enum ErrorMessages
{
    /// <summary>Nowhere: status, code and parameter have to do.</summary>
    None,

    /// <summary>Into the worker's log.</summary>
    Log,

    /// <summary>Into the log, and to the caller, in the failure's message.</summary>
    Caller,
}
