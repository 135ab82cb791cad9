using Microsoft.Extensions.Options;
using Millrace.Contracts;
using Millrace.Persistence;
using Millrace.Worker.Hosting;
using Millrace.Worker.Runs;

namespace Millrace.Worker.Models;

/// <summary>What generations cost, by the prices that the settings name. Any thread.</summary>
internal sealed class Prices(IOptions<MillraceOptions> options)
{
    private const decimal Million = 1_000_000;

    private readonly IReadOnlyList<(ModelName Name, ModelSetting Setting)> configured = ModelName.Sort(
        options.Value.Models.Where(setting => setting is { InputPrice: not null, OutputPrice: not null })
            .Select(setting => (Name: ModelName.Parse(setting.Name!), setting)), entry => entry.Name);

    /// <summary>US dollars for a run's steps and its last call, or null where a price or a count is not known.</summary>
    public decimal? Of(Run run, Candidate last) =>
        Of([.. run.Steps.Select(step => (step.Provider, step.Model, step.Usage)), .. run.Usage is { } usage ? [(last.Provider, last.Model, usage)] : Array.Empty<(string, string, TokenUsage?)>()]);

    /// <summary>US dollars for provider calls, or null where a price or a count is not known.</summary>
    public decimal? Of(IReadOnlyList<(string Provider, string Model, TokenUsage? Usage)> calls)
    {
        decimal? sum = calls.Count > 0 ? 0 : null;
        foreach (var (provider, model, usage) in calls) sum += Of(provider, model, usage);
        return sum;
    }

    private decimal? Of(string provider, string model, TokenUsage? usage)
    {
        if (usage is not { Input: { } input, Output: { } output }) return null;
        var qualified = $"{provider}/{model}";
        foreach (var (name, price) in configured)
        {
            if (!name.Matches(model) && !name.Matches(qualified)) continue;
            var cached = Math.Min(usage.Cached ?? 0, input);
            return ((input - cached) * price.InputPrice!.Value + cached * (price.CachedPrice ?? price.InputPrice.Value) + output * price.OutputPrice!.Value) / Million;
        }
        return null;
    }
}
