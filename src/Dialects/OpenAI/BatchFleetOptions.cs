using System.Text.RegularExpressions;
using Millrace.Dialects.Errors;
using Millrace.Persistence.Batches;

namespace Millrace.Dialects.OpenAI;

/// <summary>What a batch can be told here beyond OpenAI's API: the field <c>millrace</c> of its request.</summary>
public sealed partial record BatchFleetOptions
{
    private const int LongestName = 256;
    private const decimal LargestBudget = 1_000_000;

    /// <summary>Who answers lines that name nobody.</summary>
    public string? Provider { get; init; }

    /// <summary>Which model answers lines that name none; also <c>provider/model</c>, or an alias of the gateway's.</summary>
    public string? Model { get; init; }

    /// <summary>Its share among the batches of its tenant, 1 to 100. Default: 1.</summary>
    public int? Weight { get; init; }

    /// <summary>What it may cost, in US dollars. Default: anything.</summary>
    public decimal? Budget { get; init; }

    /// <summary>The label of its lines' events. Default: <c>default</c>.</summary>
    public string? Channel { get; init; }

    /// <exception cref="FaultException">A field has a value that it cannot have.</exception>
    public NewBatch Apply(NewBatch batch)
    {
        Check("provider", Provider);
        Check("model", Model);
        if (Weight is < 1 or > 100) throw OpenAIFaults.Invalid("millrace.weight", $"'millrace.weight' is {Weight}; it must be 1 to 100.");
        if (Channel is not null && !ChannelRule().IsMatch(Channel)) throw OpenAIFaults.Invalid("millrace.channel", "'millrace.channel' must match [A-Za-z0-9_-]{1,64}.");
        return batch with
        {
            Channel = Channel ?? batch.Channel,
            Weight = Weight ?? batch.Weight,
            Budget = Checked(Budget, "millrace.budget"),
            Defaults = batch.Defaults with { Provider = Provider, Model = Model },
        };
    }

    /// <exception cref="FaultException">A batch cannot have such a budget.</exception>
    public static decimal? Checked(decimal? budget, string param) => budget is null or (> 0 and <= LargestBudget) ? budget
        : throw OpenAIFaults.Invalid(param, FormattableString.Invariant($"'{param}' is {budget}; it must be more than 0 and at most {LargestBudget} US dollars."));

    private static void Check(string name, string? value)
    {
        if (value is { Length: 0 or > LongestName } || value?.Any(char.IsControl) == true)
            throw OpenAIFaults.Invalid($"millrace.{name}", $"'millrace.{name}' must be one line of 1 to {LongestName} characters.");
    }

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,64}\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ChannelRule();
}
