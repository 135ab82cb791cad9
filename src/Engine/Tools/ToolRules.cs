using System.Text.Json;
using System.Text.RegularExpressions;
using Millrace.Contracts;
using Millrace.Engine.Requests;
using Millrace.Engine.Settings;
using Millrace.Providers.Schemas;

namespace Millrace.Engine.Tools;

/// <summary>The rules for tools, whoever offers them. Each message names the thing, its value and the rule.</summary>
public static partial class ToolRules
{
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>A call holds its generation's ticket, which the broker takes back after 30 minutes.</summary>
    public static readonly TimeSpan LongestLocal = TimeSpan.FromMinutes(15);

    public static readonly TimeSpan LongestRemote = TimeSpan.FromDays(30);

    public static IEnumerable<string> Problems(string? name, JsonElement? parameters)
    {
        if (name is null || !NameForm().IsMatch(name)) yield return $"The tool's name is '{name}'; it must match [A-Za-z0-9_-]{{1,64}}, which every provider takes.";
        if (parameters is { ValueKind: not JsonValueKind.Object and not JsonValueKind.Undefined } odd)
            yield return $"The parameters of tool '{name}' are a JSON {odd.ValueKind}; they must be a schema, an object.";
        if (parameters is { } text && JsonText.Flaw(text) is { } broken)
        {
            yield return $"The schema of the parameters of tool '{name}' {broken}";
            yield break;
        }
        if (parameters is { ValueKind: JsonValueKind.Object } schema && JsonForm.Flaw(schema) is { } flaw)
            yield return $"The parameters of tool '{name}' are no JSON schema: {flaw}.";
    }

    /// <param name="where">What the options are of, for the messages.</param>
    /// <param name="options">The options.</param>
    /// <param name="longest">The most that a call may take: it depends on who makes it.</param>
    public static IEnumerable<string> Problems(string where, ToolOptions options, TimeSpan longest)
    {
        if (options.Timeout < Shortest || options.Timeout > longest)
            yield return $"{where}: Timeout is {options.Timeout}; it must be between {Shortest} and {longest}.";
        if (options.ApprovalTimeout < Shortest || options.ApprovalTimeout > LongestRemote)
            yield return $"{where}: ApprovalTimeout is {options.ApprovalTimeout}; it must be between {Shortest} and {LongestRemote}.";
        if (options.MaxResultCharacters is < 100 or > 1_000_000)
            yield return $"{where}: MaxResultCharacters is {options.MaxResultCharacters}; it must be between 100 and 1000000.";
        if (options.Tenants is { Count: 0 })
            yield return $"{where}: Tenants is empty, so nobody could use the tool; name those who may, or leave it out for everybody.";
        foreach (var tenant in options.Tenants?.Where(tenant => !RequestRules.IsTenant(tenant)) ?? [])
            yield return $"{where}: Tenants has '{tenant}'; a tenant's name must match [A-Za-z0-9_.-]{{1,64}}.";
    }

    /// <summary>A model may call what no tool can be called; what it called goes back to a provider, which takes only names of this form.</summary>
    public static string NameFor(string called) => NameForm().IsMatch(called) ? called
        : new string([.. called.Take(64).Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' ? letter : '_').DefaultIfEmpty('_')]);

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,64}\z", RegexOptions.None, 1000)]
    private static partial Regex NameForm();
}
