namespace Millrace.Worker.Schemas;

/// <summary>A schema that is not taken; the text says where, what and why.</summary>
internal sealed class SchemaException(string message) : Exception(message);

/// <summary>A check that was given up because it took too much work. The text goes on from a subject: <c>takes more than …</c></summary>
internal sealed class SchemaWorkException(string message) : Exception(message);
