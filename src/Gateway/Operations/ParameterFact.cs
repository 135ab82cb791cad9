namespace Millrace.Gateway.Operations;

/// <summary>What a parameter of the operation, or of all operations of a group, means.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it means.</param>
internal sealed record ParameterFact(string Name, string Description);
