using System.Collections.Frozen;

namespace Millrace.Providers.Options;

/// <summary>What is particular to the headers of a kind of provider.</summary>
public sealed record WireHeaders
{
    private static readonly FrozenDictionary<string, string> None = FrozenDictionary<string, string>.Empty;

    /// <summary>The header that carries the key.</summary>
    /// <value><c>Authorization</c>.</value>
    public string Key { get; init; } = "Authorization";

    /// <summary>What stands before the key in that header, with the space behind it.</summary>
    /// <value><c>Bearer </c>.</value>
    public string KeyPrefix { get; init; } = "Bearer ";

    /// <summary>Headers whose values add up: an SDK may have asked for a beta of its own.</summary>
    /// <value>None.</value>
    public IReadOnlyList<string> Lists { get; init; } = [];

    /// <summary>Headers of the question whether the provider is there. In calls an SDK sets them itself.</summary>
    /// <value>None.</value>
    public IReadOnlyDictionary<string, string> Probe { get; init; } = None;

    /// <summary>Headers at the official address whose values come from environment variables: the variable by the header's name.</summary>
    /// <value>None.</value>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = None;
}
