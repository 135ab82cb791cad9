using Millrace.Providers.Options;

namespace Millrace.Providers.Registry;

/// <summary>
/// The rules for <see cref="ProviderOptions"/>. Each message names the setting, its value, the rule and what to change; never a key.
/// </summary>
internal static class ProviderOptionsValidation
{
    /// <summary>The broker closes the channel of a consumer that holds a delivery for this long.</summary>
    private static readonly TimeSpan BrokerPatience = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan ShortestCircuit = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestCircuit = TimeSpan.FromDays(1);

    public static IEnumerable<string> Check(string name, ConfiguredProvider configured, ProviderKinds kinds)
    {
        var (kind, options) = configured;
        var section = $"{ProviderOptions.Section}:{name}";
        return
        [
            .. CheckName(name),
            .. CheckAddress(name, configured, kinds),
            .. CheckChoices(name, options),
            .. ProviderHeaderRules.Check(section, options, kind.Headers),
            .. CheckTimes(name, options),
            .. CheckCounts(name, options),
            .. kind.HasServer ? CheckConnections(name, options) : [],
            .. CheckCircuit(name, options.Circuit),
            .. OptionRules.Problems(options.Options ?? new()).Select(problem => $"{section}:{problem}"),
        ];
    }

    private static IEnumerable<string> CheckName(string name)
    {
        if (name.Length > 64 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            yield return $"{ProviderOptions.Section}:{name} is not a provider's name: "
                + "it is 1 to 64 letters, digits, '-' and '_', since queues are named after it; rename the section.";
    }

    private static IEnumerable<string> CheckAddress(string name, ConfiguredProvider configured, ProviderKinds kinds)
    {
        var (kind, options) = configured;
        if (options.Endpoint is null && kind.HasServer)
            yield return $"{Setting(name, nameof(options.Endpoint))} is not set: '{name}' is not one of the known providers "
                + $"({string.Join(", ", kinds.All.Select(known => known.Id))}), so it needs the address of its server, such as http://localhost:8000/v1.";
        if (options.Endpoint is { IsAbsoluteUri: true, UserInfo.Length: > 0 })
            yield return $"{Setting(name, nameof(options.Endpoint))} carries a user or password: addresses appear in logs. Move it to ApiKeyFile.";
        else if (options.Endpoint is { } endpoint && !(endpoint.IsAbsoluteUri && endpoint.Scheme is "http" or "https"))
            yield return Broken(name, nameof(options.Endpoint), endpoint,
                "it is an absolute http or https address",
                "write it like https://host/v1");
    }

    private static IEnumerable<string> CheckChoices(string name, ProviderOptions options)
    {
        if (options.MaxTokensField is not (null or "max_tokens" or "max_completion_tokens"))
            yield return Broken(name, nameof(options.MaxTokensField), options.MaxTokensField,
                "it is max_tokens or max_completion_tokens",
                "choose one, or leave it out");
        if (!Enum.IsDefined(options.ErrorMessages))
            yield return Broken(name, nameof(options.ErrorMessages), options.ErrorMessages,
                $"it is one of {string.Join(", ", Enum.GetNames<ErrorMessages>())}",
                "choose one of them");
        if (options.Thinking is not ("adaptive" or "extended"))
            yield return Broken(name, nameof(options.Thinking), options.Thinking,
                "it is adaptive or extended",
                "choose one, or leave it out");
    }

    private static IEnumerable<string> CheckTimes(string name, ProviderOptions options)
    {
        if (options.TotalTimeout <= TimeSpan.Zero || options.TotalTimeout >= BrokerPatience)
            yield return Broken(name, nameof(options.TotalTimeout), options.TotalTimeout,
                $"it is above zero and below {BrokerPatience}, after which the broker takes the delivery back",
                "write it like 00:15:00");
        if (options.FirstTokenTimeout <= TimeSpan.Zero || options.FirstTokenTimeout > options.TotalTimeout)
            yield return Broken(name, nameof(options.FirstTokenTimeout), options.FirstTokenTimeout,
                $"it is above zero and at most TotalTimeout ({options.TotalTimeout})",
                "lower it or raise TotalTimeout");
        if (options.IdleTimeout <= TimeSpan.Zero || options.IdleTimeout > options.TotalTimeout)
            yield return Broken(name, nameof(options.IdleTimeout), options.IdleTimeout,
                $"it is above zero and at most TotalTimeout ({options.TotalTimeout})",
                "lower it or raise TotalTimeout");
    }

    private static IEnumerable<string> CheckCounts(string name, ProviderOptions options)
    {
        if (options.MaxOutputTokens < 1)
            yield return Broken(name, nameof(options.MaxOutputTokens), options.MaxOutputTokens, "it is 1 or more", "raise it");
        if (options.InteractiveConcurrency < 1)
            yield return Broken(name, nameof(options.InteractiveConcurrency), options.InteractiveConcurrency,
                "it is 1 or more",
                "raise it");
        if (options.BulkConcurrency < 1)
            yield return Broken(name, nameof(options.BulkConcurrency), options.BulkConcurrency, "it is 1 or more", "raise it");
    }

    private static IEnumerable<string> CheckConnections(string name, ProviderOptions options)
    {
        var streams = (long)options.InteractiveConcurrency + options.BulkConcurrency;
        if (options.MaxConnections < streams)
            yield return Broken(name, nameof(options.MaxConnections), options.MaxConnections,
                $"it is at least InteractiveConcurrency and BulkConcurrency together ({streams}), since each stream holds a connection",
                "raise it or lower those");
    }

    private static IEnumerable<string> CheckCircuit(string name, CircuitOptions circuit)
    {
        const string Section = nameof(ProviderOptions.Circuit) + ":";
        if (circuit.FailureRatio is not (> 0 and <= 1))
            yield return Broken(name, Section + nameof(circuit.FailureRatio), circuit.FailureRatio,
                "it is above 0 and at most 1",
                "write it like 0.5");
        if (circuit.MinimumThroughput < 2)
            yield return Broken(name, Section + nameof(circuit.MinimumThroughput), circuit.MinimumThroughput,
                "it is 2 or more",
                "raise it");
        if (circuit.SamplingDuration < ShortestCircuit || circuit.SamplingDuration > LongestCircuit)
            yield return Broken(name, Section + nameof(circuit.SamplingDuration), circuit.SamplingDuration,
                "it is half a second to one day",
                "write it like 00:00:30");
        if (circuit.BreakDuration < ShortestCircuit || circuit.BreakDuration > LongestCircuit)
            yield return Broken(name, Section + nameof(circuit.BreakDuration), circuit.BreakDuration,
                "it is half a second to one day",
                "write it like 00:00:15");
    }

    private static string Setting(string name, string setting) => $"{ProviderOptions.Section}:{name}:{setting}";

    private static string Broken(string name, string setting, object? value, string rule, string change) =>
        FormattableString.Invariant($"{Setting(name, setting)} is '{value}': {rule}; {change}.");
}
