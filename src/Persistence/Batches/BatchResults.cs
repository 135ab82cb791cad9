namespace Millrace.Persistence.Batches;

/// <summary>Which lines of a batch are read.</summary>
public enum BatchResults
{
    /// <summary>Those with an answer, in the order in which they ended.</summary>
    Answers,

    /// <summary>
    /// The others: those that failed or were stopped, in the order in which they ended, and behind the batch's end
    /// those that never ran.
    /// </summary>
    Errors,

    /// <summary>All, in the order of the file, up to the first that has not ended.</summary>
    InOrder,
}
