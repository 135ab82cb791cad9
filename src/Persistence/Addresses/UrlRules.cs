using System.Net;

namespace Millrace.Persistence.Addresses;

/// <summary>
/// What an address must be that somebody gave us for others to fetch, or for us to send to: what leads inside a
/// network, or could be read as leading there, is refused. Names are not looked up. Here, because workers and gateways
/// both stand on this project.
/// </summary>
public static class UrlRules
{
    private const int Longest = 4096;

    /// <summary>
    /// Names that no public name server has: RFC 6761, 6762, 8375, and what ICANN and habit keep for private networks.
    /// </summary>
    private static readonly string[] PrivateDomains = [".localhost", ".local", ".internal", ".intranet", ".lan", ".home", ".corp", ".private", ".home.arpa", ".test", ".invalid", ".onion"];

    /// <summary>The broken rule behind "Url is '…'; ", or null.</summary>
    public static string? Broken(string url)
    {
        if (url.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
            return "bytes travel as Data or by ContentId, not in an address.";
        if (!url.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            return "it must be an https:// address; workers read no files and providers no http.";
        if (url.Length > Longest) return $"it has {url.Length} characters; at most {Longest} are allowed.";
        if (url.Any(c => c <= ' ' || c == '\\' || char.IsControl(c)))
            return "it holds a space, a backslash or a control character; escape them with %.";
        var authority = url["https://".Length..].Split('/', '?', '#')[0];
        if (authority.Contains('@')) return "it holds a user; an address must be readable without one.";
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            return "it must be an https:// address.";
        return BrokenHost(uri, authority);
    }

    /// <summary>An address as it may be shown: what follows the host can be a secret.</summary>
    public static string Shown(string url)
    {
        if (url.StartsWith("data:", StringComparison.OrdinalIgnoreCase)) return "data:…";
        if (url.IndexOf("://", StringComparison.Ordinal) is not (>= 0 and var scheme)) return Cut(url);
        var rest = url[(scheme + 3)..];
        var authority = rest.Split('/', '?', '#')[0];
        var host = authority[(authority.LastIndexOf('@') + 1)..];
        return Cut(url[..(scheme + 3)] + (host.Length < authority.Length ? "…@" : "") + host) + (rest.Length > authority.Length ? "/…" : "");
    }

    private static string? BrokenHost(Uri uri, string authority)
    {
        const string Rule = "it must lead to the public network.";
        if (uri.HostNameType == UriHostNameType.IPv6)
            return AddressRules.IsPublic(IPAddress.Parse(uri.DnsSafeHost)) ? null : Rule;
        var written = authority.Split(':')[0].TrimEnd('.');
        if (!written.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_'))
            return "its host must be written in ASCII: letters, digits, '-' and '.'; other names as xn--….";
        // Read as browsers do: a name whose last part is a number is an IPv4 address in one of its many forms, and only
        // the usual one is clear
        if (char.IsAsciiDigit(written.Split('.')[^1].FirstOrDefault()))
            return IPAddress.TryParse(written, out var address) && address.ToString() == written
                ? AddressRules.IsPublic(address) ? null : Rule
                : "its host must be a name, or four decimal numbers.";
        return written.Contains('.')
            && !PrivateDomains.Any(domain => written.EndsWith(domain, StringComparison.OrdinalIgnoreCase))
            ? null
            : Rule;
    }

    private static string Cut(string text) => text.Length <= 64 ? text : text[..64] + "…";
}
