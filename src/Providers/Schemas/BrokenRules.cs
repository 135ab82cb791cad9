namespace Millrace.Providers.Schemas;

/// <summary>What is wrong with a value.</summary>
/// <param name="Rules">The schema's keywords that it breaks: nothing of the value itself.</param>
/// <param name="Details">For the model, place by place.</param>
public sealed record BrokenRules(string Rules, string Details);
