using System.CommandLine;

namespace Millrace.Worker.Commands;

/// <summary>The argument that names a generation.</summary>
internal static class IdArgument
{
    public static Argument<Guid> Create() => new("id")
    {
        Description = "The generation's id.",
        CustomParser = given =>
        {
            if (Guid.TryParse(given.Tokens[0].Value, out var id) && id != Guid.Empty) return id;
            given.AddError($"'{given.Tokens[0].Value}' is not a generation's id; one looks like 01957c8e-7a3b-7c52-9d41-2f0b8c6e1a77.");
            return default;
        },
    };
}
