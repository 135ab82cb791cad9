namespace Millrace.Gateway.Usage;

/// <summary>A part of what is asked that cannot be read.</summary>
/// <param name="term">Which: from, to or groups.</param>
internal sealed class UsageTermException(string term, string message) : ArgumentException(message)
{
    public string Term { get; } = term;
}
