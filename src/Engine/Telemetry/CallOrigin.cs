namespace Millrace.Engine.Telemetry;

/// <summary>What a provider call is made for.</summary>
/// <param name="Generation">The generation.</param>
/// <param name="Session">Its session, if it is a turn.</param>
/// <param name="Attempt">Which of its provider calls this is, from 1.</param>
/// <param name="Step">Which step of the conversation, retries apart, from 1.</param>
public sealed record CallOrigin(Guid Generation, Guid? Session, int Attempt, int Step);
