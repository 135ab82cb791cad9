using System.CommandLine;
using Millrace.Contracts;
using Millrace.Engine.Requests;
using Millrace.Engine.Settings;

namespace Millrace.Worker.Cli.Batches;

/// <summary>What <c>batch run</c> and <c>batch submit</c> are told.</summary>
internal sealed class BatchArguments
{
    private const int LongestWindow = 7 * 24;

    private readonly Argument<FileInfo> file = new("file")
    {
        Description = "The prompts: a .jsonl file, or a .csv file whose first row names its columns.",
    };

    private readonly Option<string?> template = new("--template")
    {
        Description = "The prompt of a record, with its fields in braces: \"Summarize: {text}\". Default: the records are lines of a batch already; of a .csv file the column prompt.",
    };

    private readonly Option<string?> encoding = new("--encoding")
    {
        Description = "What the file is in: utf-8, utf-16, windows-1252, latin1 and others. Default: what the mark at its beginning says, else utf-8.",
    };

    private readonly Option<string?> provider = new("--provider")
    {
        Description = "Who answers, for lines that name no model. Default: the fleet's default.",
    };

    private readonly Option<string?> model = new("--model")
    {
        Description = "The model, also as provider/model, for lines that name none. Default: the provider's.",
    };

    private readonly Option<string?> system = new("--system") { Description = "Instructions before each prompt." };
    private readonly Option<double?> temperature = new("--temperature")
    {
        Description = "Randomness, 0 to 2. Default: the provider's.",
    };

    private readonly Option<int?> maxTokens = new("--max-tokens")
    {
        Description = "The most tokens of an answer. Default: the provider's.",
    };

    private readonly Option<int> weight = new("--weight")
    {
        Description = "Its share among the tenant's batches, 1 to 100. Default: 1.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int> window = new("--window")
    {
        Description = $"Hours after which what has not ended does not run any more, 1 to {LongestWindow}. Default: 24.",
        DefaultValueFactory = _ => 24,
    };

    private readonly Option<decimal?> budget = new("--budget")
    {
        Description = "US dollars that it may cost, by the prices of the models. Default: anything.",
    };

    private readonly Option<bool> anew = new("--new")
    {
        Description = "Make a new batch also if the same file has been run with the same options.",
    };

    private readonly Option<string> tenant = TenantOption();

    public static Option<string> TenantOption() => new("--tenant")
    {
        Description = "Whose batch it is. Default: default.",
        DefaultValueFactory = _ => Tenants.Default,
    };

    public void AddTo(Command command)
    {
        command.Add(file);
        Option[] options = [template, encoding, provider, model, system, temperature, maxTokens, weight, window, budget, anew, tenant];
        foreach (var option in options) command.Add(option);
    }

    /// <exception cref="ConfigurationException">Something is out of its range.</exception>
    public BatchSettings Read(ParseResult parsed)
    {
        var settings = new BatchSettings(
            parsed.GetValue(file)!, parsed.GetValue(template), parsed.GetValue(tenant)!,
            new()
            {
                Provider = parsed.GetValue(provider),
                Model = parsed.GetValue(model),
                SystemPrompt = parsed.GetValue(system),
                Temperature = parsed.GetValue(temperature),
                MaxOutputTokens = parsed.GetValue(maxTokens),
            },
            parsed.GetValue(weight), TimeSpan.FromHours(parsed.GetValue(window)), parsed.GetValue(budget), parsed.GetValue(anew))
        {
            Encoding = parsed.GetValue(encoding),
        };
        if (FlawOf(settings) is { } flaw) throw new ConfigurationException(flaw);
        return settings;
    }

    private static string? FlawOf(BatchSettings settings)
    {
        if (!settings.File.Exists)
            return $"There is no file '{settings.File}'.";
        if (!RequestRules.IsTenant(settings.Tenant))
            return $"--tenant is '{settings.Tenant}'; it must match [A-Za-z0-9_.-]{{1,64}}.";
        if (settings.Weight is < 1 or > 100)
            return $"--weight is {settings.Weight}; it must be 1 to 100.";
        if (settings.Window.TotalHours is < 1 or > LongestWindow)
            return $"--window is {settings.Window.TotalHours} hours; it must be 1 to {LongestWindow}.";
        if (settings.Budget <= 0)
            return $"--budget is {settings.Budget}; it must be above 0.";
        return null;
    }
}
