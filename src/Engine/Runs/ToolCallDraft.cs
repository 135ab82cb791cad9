namespace Millrace.Engine.Runs;

/// <summary>A tool call as the provider streamed it, whole.</summary>
/// <param name="Id">Our own id of it.</param>
/// <param name="ProviderId">The provider's.</param>
/// <param name="Arguments">A JSON object; of a caller's tool what the model wrote.</param>
public sealed record ToolCallDraft(string Id, string? ProviderId, string Name, string Arguments);
