namespace Millrace.Engine.Requests;

/// <summary>What is wrong with an answer.</summary>
/// <param name="Summary">Without anything that was said, for events and logs.</param>
/// <param name="Details">For the model, place by place.</param>
internal sealed record BrokenForm(string Summary, string Details);
