namespace Millrace.Gateway.Operations;

/// <summary>A body of the operation, as a caller would write it.</summary>
/// <param name="ContentType">Its media type; a body has one example of each.</param>
/// <param name="Text">As it goes over the wire.</param>
internal sealed record BodyExample(string ContentType, string Text);
