using System.Globalization;

namespace Millrace.Bench;

/// <summary><c>--name value</c> pairs. A name that the program does not know ends it with the list of those it knows.</summary>
public sealed class Arguments
{
    private readonly Dictionary<string, string> given = new(StringComparer.Ordinal);

    public Arguments(string[] args, params string[] known)
    {
        for (var i = 0; i < args.Length; i += 2)
        {
            var name = args[i].StartsWith("--", StringComparison.Ordinal) ? args[i][2..] : args[i];
            if (!known.Contains(name, StringComparer.Ordinal) || i + 1 == args.Length)
                throw new ArgumentException($"'{args[i]}' is not understood. Known, each with a value: --{string.Join(", --", known)}.", nameof(args));
            given[name] = args[i + 1];
        }
    }

    public string Text(string name, string otherwise) => given.GetValueOrDefault(name, otherwise);

    public int Number(string name, int otherwise) =>
        given.TryGetValue(name, out var text) ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : otherwise;
}
