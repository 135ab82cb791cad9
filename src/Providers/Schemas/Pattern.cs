using System.Text.RegularExpressions;

namespace Millrace.Providers.Schemas;

/// <summary>A pattern of a schema, written for .NET.</summary>
/// <param name="Where">Its place in the schema.</param>
/// <param name="Written">What .NET reads.</param>
/// <param name="States">About how long it is with its repetitions written out.</param>
internal sealed record Pattern(string Where, string Source, string Written, int States)
{
    /// <exception cref="SchemaException">It is too long, or no pattern as far as this can be seen without an engine.</exception>
    public static Pattern Read(string where, string source)
    {
        if (source.Length > SchemaLimits.PatternCharacters)
            throw new SchemaException($"it has {source.Length:N0} characters; at most {SchemaLimits.PatternCharacters:N0} are allowed");
        var text = PatternText.Read(source);
        return new(where, source, text.Written, text.States);
    }

    /// <summary>For the engine that goes back and forth.</summary>
    /// <exception cref="SchemaException">It cannot read the pattern.</exception>
    public Regex Begin(TimeSpan patience)
    {
        try
        {
            return new Regex(Written, RegexOptions.CultureInvariant, patience);
        }
        catch (RegexParseException fault)
        {
            throw new SchemaException($".NET cannot read it ({fault.Error})");
        }
        catch (ArgumentException)
        {
            throw new SchemaException(".NET cannot read it (a repetition is too large)");
        }
    }
}
