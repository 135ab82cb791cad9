using Microsoft.Extensions.Configuration;
using Millrace.Engine.Settings;
using Millrace.Mcp;

namespace Millrace.Tests.Mcp;

public sealed class McpSettingsTests
{
    /// <summary>Settings of a server 's', and what is said about them.</summary>
    public static TheoryData<string, string> Broken => new()
    {
        { "Timeout=00:01:00", "Millrace:McpServers:s says neither what to start nor where to connect; set its Command or its Endpoint." },
        { "Command=a Endpoint=https://h/mcp", "Millrace:McpServers:s has a Command and an Endpoint; keep the one that is meant." },
        { "Comand=a", "Millrace:McpServers:s:Comand is not a setting. Settings: AllowHttp, ApiKeyFile, ApprovalTimeout, Arguments, Command, " },
        { "Command=a Arguments=b", "Millrace:McpServers:s:Arguments is a single value, and must have entries: Arguments:0, Arguments:1." },
        { "Command=a Headers:X-Key=b", "Millrace:McpServers:s:Headers is for a server with an Endpoint, and this one has a Command; remove it, or give keys in its Environment." },
        { "Command=a WorkingDirectory=/nowhere", "Millrace:McpServers:s:WorkingDirectory is '/nowhere', and there is no such folder." },
        { "Endpoint=https://h Environment:X=b", "Millrace:McpServers:s:Environment is for a server with a Command, and this one has an Endpoint; remove it." },
        { "Endpoint=h/mcp", "Millrace:McpServers:s:Endpoint is no address; it must look like https://host/mcp." },
        { "Endpoint=http://h:1/mcp?key=secret", "Millrace:McpServers:s:Endpoint is at http://h:1; it must be https, or http to this machine, or AllowHttp must say that others may read along." },
        { "Endpoint=https://me:secret@h/mcp", "Millrace:McpServers:s:Endpoint carries a user or password; move it to Headers or ApiKeyFile." },
        { "Endpoint=https://h Headers:Content-Type=secret", "Millrace:McpServers:s:Headers has 'Content-Type', which is no header of a request, or its value has a line break." },
        { "Endpoint=https://h ApiKeyFile=/nowhere", "Millrace:McpServers:s:ApiKeyFile is '/nowhere', and there is no such file." },
        { "Endpoint=https://h ApiKeyFile=/dev/null", "Millrace:McpServers:s:ApiKeyFile is '/dev/null', and that file is empty or may not be read." },
        { "Command=a Prefix=a.b", "Millrace:McpServers:s:Prefix is 'a.b'; it must match [A-Za-z0-9_-]{0,32}, since it begins the names of tools." },
        { "Command=a Tools:0=a*b", "Millrace:McpServers:s:Tools has the entry 'a*b'; it must be a tool's name, and a '*' may only be its last character." },
        { "Command=a ConnectTimeout=00:10:00", "Millrace:McpServers:s:ConnectTimeout is 00:10:00; it must be between 00:00:01 and 00:05:00." },
        { "Command=a Timeout=01:00:00", "Millrace:McpServers:s: Timeout is 01:00:00; it must be between 00:00:01 and 00:15:00." },
        { "Command=a MaxResultCharacters=1", "Millrace:McpServers:s: MaxResultCharacters is 1; it must be between 100 and 1000000." },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_setting_is_named_with_what_to_change(string settings, string message)
    {
        var failures = Failures([.. settings.Split(' ').Select(setting => ("Millrace:McpServers:s:" + setting[..setting.IndexOf('=')], setting[(setting.IndexOf('=') + 1)..]))]);

        Assert.Contains(failures, failure => failure.StartsWith(message, StringComparison.Ordinal));
        Assert.DoesNotContain(failures, failure => failure.Contains("secret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Command=node Arguments:0=a Environment:KEY=b Prefix= Tools:0=read* Idempotent=true TrustHints=true")]
    [InlineData("Endpoint=https://h/mcp Headers:X-Key=b")]
    [InlineData("Endpoint=http://localhost:3001/mcp")]
    [InlineData("Endpoint=http://mcp:3001/mcp AllowHttp=true")]
    public void Good_settings_are_valid(string settings) => Assert.Empty(
        Failures([.. settings.Split(' ').Select(setting => ("Millrace:McpServers:s:" + setting[..setting.IndexOf('=')], setting[(setting.IndexOf('=') + 1)..]))]));

    [Fact]
    public void Servers_keep_apart_and_their_tools_are_this_workers() => Assert.Equal(
        [
            "Millrace:McpServers:a b: the server's name must match [A-Za-z0-9_-]{1,32}; rename the section.",
            "Millrace:McpServers:s and Millrace:McpServers:t have the same Prefix 's_'; give each its own, or their tools could have the same names.",
            "Millrace:Tools:s_read: Timeout is 1.00:00:00; it must be at most 00:15:00, since it is a tool of the MCP server 's'.",
        ],
        Failures(("Millrace:McpServers:s:Command", "a"), ("Millrace:McpServers:t:Command", "a"), ("Millrace:McpServers:t:Prefix", "s_"),
            ("Millrace:McpServers:a b:Command", "a"), ("Millrace:McpServers:a b:Prefix", "x"), ("Millrace:Tools:s_read:Timeout", "1.00:00:00")));

    private static IEnumerable<string> Failures(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
        var options = configuration.GetSection(MillraceOptions.Section).Get<MillraceOptions>() ?? new();
        return new McpSettingsValidation(configuration.GetSection(McpSettingsValidation.Section)).Validate(null, options).Failures ?? [];
    }
}
