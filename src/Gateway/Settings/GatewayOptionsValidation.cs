using Microsoft.Extensions.Options;

namespace Millrace.Gateway.Settings;

/// <summary>Says which setting is out of its range, what it is, and what it may be.</summary>
internal sealed class GatewayOptionsValidation : IValidateOptions<GatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var faults = Faults(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(GatewayOptions o) =>
    [
        .. o.MaxBodyBytes is < 1024 or > 16 * 1024 * 1024 ? [$"Millrace:Gateway:MaxBodyBytes is {o.MaxBodyBytes}; it must be between 1024 and {16 * 1024 * 1024}."] : Array.Empty<string>(),
        .. o.MaxFileBytes is < 1024 or > 100L * 1024 * 1024 * 1024 ? [$"Millrace:Gateway:MaxFileBytes is {o.MaxFileBytes}; it must be between 1024 and {100L * 1024 * 1024 * 1024}."] : Array.Empty<string>(),
        .. Time(nameof(o.RequestTimeout), o.RequestTimeout, 1, 3600),
        .. Time(nameof(o.KeepAlive), o.KeepAlive, 0.1, 60),
        .. Time(nameof(o.CloseAfter), o.CloseAfter, 0, 60),
        .. Time("Webhooks:Timeout", o.Webhooks.Timeout, 0.1, 60),
        .. Number(nameof(o.MaxOpenCallsPerKey), o.MaxOpenCallsPerKey, 1, 1_000_000),
        .. Number(nameof(o.UnknownKeysPerMinute), o.UnknownKeysPerMinute, 1, 1_000_000),
        .. Number("Webhooks:ConcurrentPerTenant", o.Webhooks.ConcurrentPerTenant, 1, 256),
        .. QuotaRules.Faults(o.Quotas),
        .. Time("Webhooks:FirstDelay", o.Webhooks.FirstDelay, 0.01, 3600),
        .. o.Aliases.Where(alias => string.IsNullOrWhiteSpace(alias.Value)).Select(alias => $"Millrace:Gateway:Aliases:{alias.Key} is empty; it must be provider/model."),
        .. o.AllowedOrigins.Where(origin => origin != "*" && !IsOrigin(origin))
            .Select(origin => $"Millrace:Gateway:AllowedOrigins has '{origin}'; an origin is a scheme, a host and a port if it is not the usual one, like https://app.example.com."),
    ];

    private static IEnumerable<string> Number(string name, long value, long least, long most)
    {
        if (value < least || value > most) yield return $"Millrace:Gateway:{name} is {value}; it must be between {least} and {most}.";
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && text == uri.GetLeftPart(UriPartial.Authority);

    private static IEnumerable<string> Time(string name, TimeSpan value, double least, double most)
    {
        if (value.TotalSeconds < least || value.TotalSeconds > most)
            yield return $"Millrace:Gateway:{name} is {value}; it must be between {TimeSpan.FromSeconds(least)} and {TimeSpan.FromSeconds(most)}.";
    }
}
