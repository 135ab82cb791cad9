using Microsoft.Extensions.Options;
using Millrace.Gateway.Settings;

namespace Millrace.Gateway.Requests;

/// <summary>What callers call models: <c>provider/model</c>, an alias, or a name for the default provider.</summary>
internal sealed class ModelNames(IOptions<GatewayOptions> options)
{
    public IEnumerable<string> Aliases => options.Value.Aliases.Keys;

    /// <summary>The aliases and what they stand for, or null if there are none.</summary>
    public IReadOnlyDictionary<string, string>? Meanings => options.Value.Aliases.Count > 0 ? options.Value.Aliases.AsReadOnly() : null;

    /// <summary>The name that the workers know.</summary>
    public string? Resolve(string? model) => model is not null && options.Value.Aliases.TryGetValue(model, out var meant) ? meant : model;
}
