namespace Millrace.Providers.Models;

/// <summary>A model's name, or with a <c>*</c> at its end the beginning of many.</summary>
public readonly record struct ModelName
{
    private readonly string text;

    private ModelName(string text, bool isBeginning) => (this.text, IsBeginning) = (text, isBeginning);

    private bool IsBeginning { get; }

    public static ModelName Parse(string name) =>
        name.EndsWith('*') ? new(name[..^1], isBeginning: true) : new(name, isBeginning: false);

    public bool Matches(string model) => IsBeginning
        ? model.StartsWith(text, StringComparison.OrdinalIgnoreCase)
        : model.Equals(text, StringComparison.OrdinalIgnoreCase);

    /// <summary>Sorted so that the first match is the one that says most: exact names, then the longest beginnings.</summary>
    public static IReadOnlyList<T> Sort<T>(IEnumerable<T> entries, Func<T, ModelName> name) =>
        [.. entries.OrderBy(entry => name(entry).IsBeginning).ThenByDescending(entry => name(entry).text.Length)];
}
