using System.CommandLine;
using System.CommandLine.Parsing;

namespace Millrace.Worker.Cli.Terminal;

/// <summary>What names a generation or a session.</summary>
internal static class IdArgument
{
    public static Argument<Guid> Create(string of = "generation") => new("id")
    {
        Description = $"The {of}'s id.",
        CustomParser = given => Parse(given, of) ?? default,
    };

    public static Option<Guid?> SessionOption(string description, string name = "--session") => new(name)
    {
        Description = description,
        CustomParser = given => Parse(given, "session"),
    };

    public static Guid? Parse(ArgumentResult given, string of)
    {
        var text = given.Tokens[0].Value;
        if (text.StartsWith($"{of}_", StringComparison.Ordinal)) text = text[(of.Length + 1)..]; // as the OpenAI face writes it
        if (Guid.TryParse(text, out var id) && id != Guid.Empty) return id;
        given.AddError($"'{given.Tokens[0].Value}' is not a {of}'s id; one looks like 01957c8e-7a3b-7c52-9d41-2f0b8c6e1a77.");
        return null;
    }
}
