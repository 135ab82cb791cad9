using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Millrace.Contracts;
using Millrace.Engine.Requests;
using Millrace.Gateway.Access;
using Millrace.Persistence.Access;

namespace Millrace.Worker.Cli;

/// <summary>What a new API key is, on a command line.</summary>
internal sealed class KeyArguments
{
    private const int Longest = 128;

    private readonly Option<string> name = new("--name")
    {
        Description = "What the key is for; lists show it.",
        Required = true,
    };

    private readonly Option<string> tenant = new("--tenant")
    {
        Description = "Whose generations and sessions it reaches. Default: default.",
        DefaultValueFactory = _ => Tenants.Default,
    };

    private readonly Option<IReadOnlyList<Scope>> scopes = new("--scopes")
    {
        Description = $"What it may do, separated by commas: {string.Join(", ", Scopes.Names)}. Default: {string.Join(",", Scopes.Usual.Select(Scopes.NameOf))}.",
        CustomParser = ParseScopes,
        DefaultValueFactory = _ => Scopes.Usual,
    };

    private readonly Option<TimeSpan?> expires = new("--expires")
    {
        Description = "How long it lasts: 90d, 12h or 30m. Default: until it is revoked.",
        CustomParser = ParseTime,
    };

    private readonly Option<int?> requests = Limit("--requests-per-minute", "Generations that it may make in a minute. Default: no limit.");
    private readonly Option<int?> tokens = Limit("--tokens-per-minute", "Tokens, input and output, that its generations may have in a minute. Default: no limit.");
    private readonly Option<int?> concurrent = Limit("--max-concurrent", "Its generations that may run or wait at a time. Default: no limit.");

    public KeyArguments()
    {
        name.Validators.Add(given =>
        {
            if (given.Tokens.Count > 0 && !IsName(given.Tokens[0].Value))
                given.AddError($"--name must have 1 to {Longest} characters in one line.");
        });
        tenant.Validators.Add(given =>
        {
            if (given.Tokens.Count > 0 && !RequestRules.IsTenant(given.Tokens[0].Value))
                given.AddError("--tenant must match [A-Za-z0-9_.-]{1,64}.");
        });
    }

    public void AddTo(Command command)
    {
        Option[] options = [name, tenant, scopes, expires, requests, tokens, concurrent];
        foreach (var option in options) command.Add(option);
    }

    public NewApiKey Read(ParseResult parsed) => new(parsed.GetValue(name)!, parsed.GetValue(tenant)!, Scopes.Write(parsed.GetValue(scopes)!))
    {
        Lifetime = parsed.GetValue(expires),
        RequestsPerMinute = parsed.GetValue(requests),
        TokensPerMinute = parsed.GetValue(tokens),
        MaxConcurrent = parsed.GetValue(concurrent),
    };

    private static bool IsName(string text) =>
        text.Trim().Length > 0 && text.Length <= Longest && !text.Any(char.IsControl);

    private static Option<int?> Limit(string name, string description)
    {
        var option = new Option<int?>(name) { Description = description };
        option.Validators.Add(given =>
        {
            if (given.Tokens.Count > 0 && int.TryParse(given.Tokens[0].Value, CultureInfo.InvariantCulture, out var number) && number < 1)
                given.AddError($"{name} is {number}; it must be at least 1.");
        });
        return option;
    }

    private static IReadOnlyList<Scope> ParseScopes(ArgumentResult given)
    {
        const StringSplitOptions words = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        var names = given.Tokens.SelectMany(token => token.Value.Split(',', words)).ToList();
        foreach (var unknown in names.Where(named => !Scopes.Names.Contains(named)))
            given.AddError($"'{unknown}' is not a scope; there are {string.Join(", ", Scopes.Names)}.");
        if (names.Count == 0) given.AddError($"--scopes names none; there are {string.Join(", ", Scopes.Names)}.");
        return [.. Scopes.Read(string.Join(' ', names))];
    }

    private static TimeSpan? ParseTime(ArgumentResult given)
    {
        var text = given.Tokens[0].Value;
        if (text.Length > 1 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 36_500)
        {
            switch (text[^1])
            {
                case 'd': return TimeSpan.FromDays(number);
                case 'h': return TimeSpan.FromHours(number);
                case 'm': return TimeSpan.FromMinutes(number);
            }
        }
        given.AddError($"--expires is '{text}'; it must be a whole number, up to 36500, of days, hours or minutes: 90d, 12h, 30m.");
        return null;
    }
}
