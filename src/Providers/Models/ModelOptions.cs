namespace Millrace.Providers.Models;

/// <summary>What the configuration says of models, in the section <c>Millrace</c>.</summary>
public sealed class ModelOptions
{
    public const string Section = "Millrace";

    /// <summary>The context of a model that nothing is known of, input and output together, 1 to 100,000,000 tokens. Default: 8,192.</summary>
    public int DefaultContextTokens { get; set; } = 8192;

    /// <summary>Limits, abilities and prices of models where the worker's own table has none or is wrong. Default: empty.</summary>
    public IList<ModelSetting> Models { get; set; } = [];
}
