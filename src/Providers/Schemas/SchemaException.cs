namespace Millrace.Providers.Schemas;

/// <summary>A schema that is not taken; the text says where, what and why.</summary>
public sealed class SchemaException(string message) : Exception(message);
