namespace Millrace.Providers.Models;

/// <summary>
/// What the configuration says of a model, an entry of the list <c>Millrace:Models</c>. A list, since the names hold ':' and '/', which
/// neither a section's name nor an environment variable's can.
/// </summary>
public sealed class ModelSetting
{
    /// <summary>
    /// <c>model</c> or <c>provider/model</c>, in any case; with a <c>*</c> at its end every name that begins so. Of several entries that
    /// match, an exact one counts first, then the longest.
    /// </summary>
    /// <value>None; required.</value>
    public string? Name { get; set; }

    /// <summary>Input and output together, in tokens, 1 to 100,000,000.</summary>
    /// <value>What is known of the model, else <c>Millrace:DefaultContextTokens</c>.</value>
    public int? ContextTokens { get; set; }

    /// <summary>The longest answer in tokens, 1 or more and less than the context.</summary>
    /// <value>What is known of the model.</value>
    public int? MaxOutputTokens { get; set; }

    /// <summary>US dollars for a million tokens of input, 0 or more. With <see cref="OutputPrice"/>.</summary>
    /// <value>What the table that ships says, if the provider is the maker's own endpoint; else none, and a generation's cost is not told.</value>
    public decimal? InputPrice { get; set; }

    /// <summary>US dollars for a million tokens of input that the provider had in its cache, 0 or more.</summary>
    /// <value><see cref="InputPrice"/>.</value>
    public decimal? CachedPrice { get; set; }

    /// <summary>US dollars for a million tokens of output, reasoning included, 0 or more. With <see cref="InputPrice"/>.</summary>
    /// <value>As for <see cref="InputPrice"/>.</value>
    public decimal? OutputPrice { get; set; }

    /// <summary>Whether it looks at pictures. False: requests with pictures are refused. True: they are passed on.</summary>
    /// <value>What is known of the model; of others nothing is assumed, and pictures are passed on.</value>
    public bool? Vision { get; set; }

    /// <summary>Whether it calls tools. False: requests with tools are refused. True: they are passed on.</summary>
    /// <value>What is known of the model; of others nothing is assumed, and tools are passed on.</value>
    public bool? Tools { get; set; }
}
