using System.ComponentModel;

namespace Millrace.Gateway.Requests;

/// <summary>A page of a list.</summary>
internal sealed record Page<T>
{
    public const int DefaultLimit = 20;

    [Description("The entries, in the list's order.")]
    public required IReadOnlyList<T> Data { get; init; }

    [Description("Asks for the next page, as the parameter cursor. Absent: this is the last one.")]
    public string? NextCursor { get; init; }

    /// <summary>One more than the page holds has been looked for, so that it knows whether it is the last.</summary>
    /// <param name="found">What was found.</param>
    /// <param name="limit">What the page holds.</param>
    /// <param name="cursor">The place behind an entry.</param>
    public static Page<T> Of(IReadOnlyList<T> found, int limit, Func<T, string> cursor) => found.Count <= limit
        ? new() { Data = found }
        : new() { Data = [.. found.Take(limit)], NextCursor = cursor(found[limit - 1]) };
}
