namespace Millrace.Gateway.Webhooks;

/// <summary>A webhook's name leads inside a network.</summary>
internal sealed class PrivateAddressException(string host) : IOException($"'{host}' does not lead to the public network.");
