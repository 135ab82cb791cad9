namespace Millrace.Gateway.Operations;

/// <summary>A header that the operation reads.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it may hold and what it does; its default.</param>
internal sealed record HeaderFact(string Name, string Description);
