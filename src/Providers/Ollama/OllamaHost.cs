namespace Millrace.Providers.Ollama;

/// <summary>Reads <c>OLLAMA_HOST</c> as Ollama's own client does: scheme, port and even the host may be missing.</summary>
internal static class OllamaHost
{
    private const int UsualPort = 11434;

    /// <summary>
    /// The address to call, or null when <paramref name="text"/> is empty. What cannot be read comes back relative, for the validation
    /// to refuse.
    /// </summary>
    public static Uri? Parse(string? text)
    {
        var host = text?.Trim().Trim('"', '\'');
        if (string.IsNullOrEmpty(host)) return null;
        var hasScheme = host.Contains("://", StringComparison.Ordinal);
        if (!hasScheme && host.StartsWith(':')) host = "localhost" + host;
        if (!Uri.TryCreate(hasScheme ? host : "http://" + host, UriKind.Absolute, out var uri)) return new(host, UriKind.Relative);

        var address = new UriBuilder(uri) { Host = Callable(uri.Host) };
        // Without a scheme the usual port holds, with one the scheme's own: that is what Ollama does.
        if (!hasScheme && !NamesPort(host)) address.Port = UsualPort;
        return address.Uri;
    }

    /// <summary>A server listens on every interface by these; a client has to call one of them.</summary>
    private static string Callable(string host) => host switch
    {
        "0.0.0.0" => "127.0.0.1",
        "[::]" => "[::1]",
        _ => host,
    };

    private static bool NamesPort(string host)
    {
        var authority = host.Split('/')[0];
        return authority.LastIndexOf(':') is var colon && colon > authority.LastIndexOf(']') && colon >= 0;
    }
}
