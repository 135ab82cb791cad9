using System.ComponentModel;
using System.Text.RegularExpressions;
using Millrace.Dialects.Errors;
using Millrace.Persistence.Addresses;
using Millrace.Persistence.Model;

namespace Millrace.Gateway.Webhooks;

/// <summary>A webhook that is to be made.</summary>
internal sealed partial record NewWebhookBody
{
    private const int Longest = 4096;

    [Description("Where messages are posted: an https address on the public network.")]
    public required string Url { get; init; }

    [Description("generation.completed, generation.failed, generation.cancelled. Default: all.")]
    public IReadOnlyList<string>? Events { get; init; }

    [Description("Only generations of this channel. Default: of all.")]
    public string? Channel { get; init; }

    /// <exception cref="FaultException">A rule is broken.</exception>
    public Webhook ToWebhook(string tenant, bool allowPrivate, TimeProvider time)
    {
        if ((allowPrivate ? BrokenInside(Url) : BrokenOutside(Url)) is { } rule) throw FaultException.BadRequest($"url is '{UrlRules.Shown(Url)}'; {rule}", "url");
        if (Events is { Count: 0 }) throw FaultException.BadRequest($"events is empty; leave it out for all, or name some of {string.Join(", ", WebhookKinds.Ends)}.", "events");
        foreach (var unknown in Events?.Where(kind => !WebhookKinds.Ends.Contains(kind)).Take(1) ?? [])
            throw FaultException.BadRequest($"events has {Shown(unknown)}; there are {string.Join(", ", WebhookKinds.Ends)}.", "events");
        if (Channel is not null && !ChannelName().IsMatch(Channel)) throw FaultException.BadRequest("channel is not a channel's name; that is 1 to 64 of A-Z, a-z, 0-9, '_' and '-'.", "channel");
        return new()
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            Tenant = tenant,
            Url = Url,
            Secret = WebhookSignature.CreateSecret(),
            Events = Events is null ? null : string.Join(' ', Events.Distinct()),
            Channel = Channel,
        };
    }

    /// <summary>JSON can hold a null wherever a text is asked for.</summary>
    private static string Shown(string? kind) => kind is null ? "a null" : $"'{(kind.Length <= 40 ? kind : kind[..40] + "…")}'";

    private static string? BrokenOutside(string url) =>
        url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? UrlRules.Broken(url) : "it must be an https:// address.";

    private static string? BrokenInside(string url) =>
        url.Any(c => c <= ' ' || c == '\\' || char.IsControl(c)) ? "it holds a space, a backslash or a control character; escape them with %."
            : url.Length <= Longest && Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0
                ? null : $"it must be an http:// or https:// address without a user, of at most {Longest} characters.";

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,64}\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ChannelName();
}
