using System.Net;
using System.Net.Sockets;

namespace Millrace.Persistence.Addresses;

/// <summary>
/// Which addresses are on the public network: the special-purpose registries of IANA (RFC 6890), read from the strict
/// side.
/// </summary>
public static class AddressRules
{
    private static readonly IPNetwork[] Special =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.0.0.0/24"), IPNetwork.Parse("192.0.2.0/24"),
        IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("198.18.0.0/15"), IPNetwork.Parse("198.51.100.0/24"), IPNetwork.Parse("203.0.113.0/24"),
        IPNetwork.Parse("224.0.0.0/3"),
        // What carries an IPv4 address inside (Teredo, 6to4), and documentation
        IPNetwork.Parse("2001::/32"), IPNetwork.Parse("2001:db8::/32"), IPNetwork.Parse("2002::/16"),
    ];

    /// <summary>
    /// Of IPv6 all that is handed out so far; loopback, unique local, link-local and multicast lie outside. Mapped IPv4
    /// addresses do too, and .NET's network says that it holds them.
    /// </summary>
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>Whether it leads to the public network.</summary>
    public static bool IsPublic(IPAddress address) =>
        (address.AddressFamily == AddressFamily.InterNetwork || (GlobalUnicast.Contains(address) && !address.IsIPv4MappedToIPv6))
        && !Special.Any(network => network.Contains(address));
}
