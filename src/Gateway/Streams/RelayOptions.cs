namespace Millrace.Gateway.Streams;

/// <summary>How a generation is sent to a reader.</summary>
/// <param name="CanResume">The reader can go on at another gateway, so it is sent there at once when this one stops.</param>
/// <param name="CancelOnDisconnect">A reader that goes away takes the generation with it, if it was this call that made it.</param>
/// <param name="AtOnce">The format has something to say before the first chunk.</param>
internal sealed record RelayOptions(bool CanResume = false, bool CancelOnDisconnect = false, bool AtOnce = false);
