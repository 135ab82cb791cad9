namespace Millrace.Providers.Schemas;

/// <summary>A rule that a value breaks.</summary>
/// <param name="Where">The place in the value.</param>
/// <param name="Rule">The keyword.</param>
/// <param name="What">What should be, in the end of a sentence.</param>
internal sealed record Flaw(string Where, string Rule, string What);
