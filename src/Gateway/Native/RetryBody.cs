using System.ComponentModel;

namespace Millrace.Gateway.Native;

/// <summary>How lines are run again.</summary>
internal sealed record RetryBody
{
    [Description("What the batch may cost from its beginning on, in US dollars. Default: what it might before.")]
    public decimal? Budget { get; init; }
}
