namespace Millrace.Gateway.Operations;

/// <summary>Marks an operation that takes a file's bytes as its body.</summary>
/// <param name="Description">What it takes.</param>
/// <param name="MediaTypes">The types that it knows.</param>
internal sealed record BytesBody(string Description, IReadOnlyList<string> MediaTypes);
