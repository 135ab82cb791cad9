using Millrace.Engine.Settings;

namespace Millrace.Mcp;

/// <summary>The rules for how a server is reached.</summary>
internal static class McpTransportRules
{
    public static IEnumerable<string> ForProgram(string where, McpServerSetting setting)
    {
        foreach (var (name, isSet) in new[]
        {
            (nameof(setting.Headers), setting.Headers.Count > 0), (nameof(setting.ApiKeyFile), setting.ApiKeyFile is not null), (nameof(setting.AllowHttp), setting.AllowHttp),
        })
            if (isSet) yield return $"{where}:{name} is for a server with an Endpoint, and this one has a Command; remove it, or give keys in its Environment.";
        if (setting.WorkingDirectory is { } folder && !Directory.Exists(folder))
            yield return $"{where}:WorkingDirectory is '{folder}', and there is no such folder.";
        foreach (var name in setting.Environment.Keys.Where(name => name.Length == 0 || name.Contains('=')))
            yield return $"{where}:Environment has the variable '{name}'; a variable's name is not empty and has no '='.";
    }

    public static IEnumerable<string> ForAddress(string where, McpServerSetting setting)
    {
        foreach (var (name, isSet) in new[]
        {
            (nameof(setting.Arguments), setting.Arguments.Count > 0), (nameof(setting.Environment), setting.Environment.Count > 0),
            (nameof(setting.WorkingDirectory), setting.WorkingDirectory is not null), (nameof(setting.LogStandardError), setting.LogStandardError),
        })
            if (isSet) yield return $"{where}:{name} is for a server with a Command, and this one has an Endpoint; remove it.";
        if (Address(where, setting) is { } address) yield return address;
        foreach (var (name, value) in setting.Headers)
            if (!IsHeader(name, value)) yield return $"{where}:Headers has '{name}', which is no header of a request, or its value has a line break.";
        if (setting.ApiKeyFile is not { } file) yield break;
        if (setting.Headers.ContainsKey("Authorization")) yield return $"{where} has an ApiKeyFile and a header Authorization; keep one of them.";
        if (!File.Exists(file)) yield return $"{where}:ApiKeyFile is '{file}', and there is no such file.";
        else if (IsEmpty(file)) yield return $"{where}:ApiKeyFile is '{file}', and that file is empty or may not be read.";
    }

    private static string? Address(string where, McpServerSetting setting)
    {
        if (!Uri.TryCreate(setting.Endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
            return $"{where}:Endpoint is no address; it must look like https://host/mcp.";
        if (uri.UserInfo.Length > 0) return $"{where}:Endpoint carries a user or password; move it to Headers or ApiKeyFile.";
        return uri.Scheme == "http" && !uri.IsLoopback && !setting.AllowHttp
            ? $"{where}:Endpoint is at {uri.Scheme}://{uri.Authority}; it must be https, or http to this machine, or AllowHttp must say that others may read along."
            : null;
    }

    private static bool IsHeader(string name, string value)
    {
        using var request = new HttpRequestMessage();
        return name.Length > 0 && !value.AsSpan().ContainsAny('\r', '\n', '\0') && request.Headers.TryAddWithoutValidation(name, value);
    }

    private static bool IsEmpty(string file)
    {
        try
        {
            return string.IsNullOrWhiteSpace(File.ReadAllText(file));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
