namespace Millrace.Providers.Registry;

/// <summary>Whether a provider answers, and how fast.</summary>
/// <param name="Provider">Its name.</param>
/// <param name="Took">From the question to the answer or the end of patience.</param>
/// <param name="Problem">What is wrong and what to change; null when it answers.</param>
public sealed record ProviderProbe(string Provider, TimeSpan Took, string? Problem)
{
    public bool Ok => Problem is null;
}
