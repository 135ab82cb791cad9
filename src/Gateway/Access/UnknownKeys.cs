using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Millrace.Dialects.Errors;
using Millrace.Gateway.Settings;

namespace Millrace.Gateway.Access;

/// <summary>
/// Keys that nobody has, by the address that they come from: so many in a minute are looked for, the others are refused without a look. A key that this
/// gateway has seen to be right is not counted, so those who share an address, behind a proxy, do not lose their access to one that guesses.
/// </summary>
internal sealed class UnknownKeys(IOptions<GatewayOptions> options, TimeProvider time)
{
    private const string Setting = $"{GatewayOptions.Section}:{nameof(GatewayOptions.UnknownKeysPerMinute)}";
    private const int MostAddresses = 10_000;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock guard = new();
    private readonly Dictionary<string, Window> windows = new(StringComparer.Ordinal);

    /// <summary>Takes the place of a key that is going to be looked for.</summary>
    /// <exception cref="FaultException">Too many from there were nobody's.</exception>
    public void Enter(IPAddress? address)
    {
        lock (guard)
        {
            var window = Of(NameOf(address));
            if (window.Count >= options.Value.UnknownKeysPerMinute) throw Full(window);
            window.Count++;
        }
    }

    /// <summary>Gives it back: the key was somebody's, or nobody could look.</summary>
    public void Leave(IPAddress? address)
    {
        lock (guard)
        {
            if (windows.TryGetValue(NameOf(address), out var window) && window.Count > 0) window.Count--;
        }
    }

    private Window Of(string name)
    {
        if (windows.TryGetValue(name, out var known) && time.GetElapsedTime(known.Since) < Minute) return known;
        if (windows.Count >= MostAddresses)
        {
            foreach (var old in windows.Where(window => time.GetElapsedTime(window.Value.Since) >= Minute).Select(window => window.Key).ToList()) windows.Remove(old);
            if (windows.Count >= MostAddresses) name = ""; // from more places than are remembered: these share one
            if (windows.TryGetValue(name, out known) && time.GetElapsedTime(known.Since) < Minute) return known;
        }
        return windows[name] = new Window { Since = time.GetTimestamp() };
    }

    private FaultException Full(Window window) => new(new(429, "too_many_unknown_keys",
        $"{window.Count} API keys that nobody has came from this address within a minute, and no more are looked for ({Setting}). Check the key, and try again.")
    { RetryAfter = Minute - time.GetElapsedTime(window.Since) });

    /// <summary>Whoever has one address of IPv6 has the 64 bits behind the network.</summary>
    private static string NameOf(IPAddress? address)
    {
        if (address is null) return "";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes(), 0, 8) : address.ToString();
    }

    private sealed class Window
    {
        public long Since { get; init; }

        public int Count { get; set; }
    }
}
