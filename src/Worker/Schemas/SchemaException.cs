namespace Millrace.Worker.Schemas;

/// <summary>A schema that is not taken; the text says where, what and why.</summary>
internal sealed class SchemaException(string message) : Exception(message);
