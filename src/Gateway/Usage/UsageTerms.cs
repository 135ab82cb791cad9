using System.Globalization;
using Millrace.Persistence.Usage;

namespace Millrace.Gateway.Usage;

/// <summary>What a report may be asked in, the same over HTTP and at the command line: names of groups, times, and what is meant without them.</summary>
public static class UsageTerms
{
    /// <summary>How far a report goes back that says nothing.</summary>
    public static readonly TimeSpan UsualSpan = TimeSpan.FromDays(30);

    public static IReadOnlyList<string> GroupNames { get; } = [.. Enum.GetValues<UsageGroup>().Select(NameOf)];

    public static string NameOf(UsageGroup group) => group.ToString().ToLowerInvariant();

    /// <summary>The query that is meant.</summary>
    /// <param name="from">A day or a time; null for <see cref="UsualSpan"/> before the end.</param>
    /// <param name="to">A day or a time, which is not in the report any more; null for now.</param>
    /// <param name="groups">Names with commas between them; null for days, empty for one row.</param>
    /// <param name="now">Now.</param>
    /// <exception cref="UsageTermException">One of them cannot be read.</exception>
    public static UsageQuery Read(string? from, string? to, string? groups, DateTimeOffset now)
    {
        var end = to is null ? now : Time(to, nameof(to));
        var begin = from is not null ? Time(from, nameof(from)) : end.UtcTicks > UsualSpan.Ticks ? end - UsualSpan : DateTimeOffset.MinValue;
        if (begin >= end) throw new UsageTermException("from", FormattableString.Invariant($"from is {begin:O} and to is {end:O}; from must be the earlier one."));
        return new(begin, end, Groups(groups ?? NameOf(UsageGroup.Day)));
    }

    private static List<UsageGroup> Groups(string names)
    {
        var groups = names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Group).ToList();
        return groups.Distinct().Count() == groups.Count ? groups : throw new UsageTermException("groups", $"A group is named twice in '{Short(names)}'; name each once.");
    }

    private static UsageGroup Group(string name) => GroupNames.Contains(name, StringComparer.OrdinalIgnoreCase) ? Enum.Parse<UsageGroup>(name, ignoreCase: true)
        : throw new UsageTermException("groups", $"'{Short(name)}' is not a group; there are {string.Join(", ", GroupNames)}.");

    /// <summary>A day without a time is its midnight in UTC, and not in the zone of whoever answers.</summary>
    private static DateTimeOffset Time(string text, string name) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time
            : throw new UsageTermException(name, $"{name} is '{Short(text)}'; it must be a day or a time: 2026-11-01 or 2026-11-01T12:00:00Z.");

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
