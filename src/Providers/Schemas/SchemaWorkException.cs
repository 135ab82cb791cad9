namespace Millrace.Providers.Schemas;

/// <summary>A check that was given up because it took too much work. The text goes on from a subject: <c>takes more than …</c></summary>
public sealed class SchemaWorkException(string message) : Exception(message);
