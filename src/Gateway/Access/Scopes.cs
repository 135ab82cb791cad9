namespace Millrace.Gateway.Access;

/// <summary>Scopes as text: their names in small letters, as keys are made with them and stored.</summary>
public static class Scopes
{
    /// <summary>What a key may do that was made without saying.</summary>
    public static IReadOnlyList<Scope> Usual { get; } = [Scope.Generate, Scope.Read, Scope.Sessions];

    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetValues<Scope>().Select(NameOf)];

    public static string NameOf(Scope scope) => scope.ToString().ToLowerInvariant();

    /// <summary>Stored scopes. A name that is not known, of a later version, allows nothing here.</summary>
    public static IReadOnlySet<Scope> Read(string stored) =>
        stored.Split(' ').Where(Names.Contains).Select(name => Enum.Parse<Scope>(name, ignoreCase: true)).ToHashSet();

    /// <summary>Whether a key with the stored scopes may do what needs this one.</summary>
    public static bool Allow(string stored, Scope needed) => Read(stored) is var has && (has.Contains(needed) || (needed == Scope.Webhooks && has.Contains(Scope.Admin)));

    public static string Write(IEnumerable<Scope> scopes) => string.Join(' ', scopes.Distinct().Order().Select(NameOf));
}
