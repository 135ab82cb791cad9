using System.Text.RegularExpressions;
using Millrace.Contracts;
using Millrace.Providers.Options;

namespace Millrace.Engine.Requests;

/// <summary>The rules of a request's own fields. The first one that is broken is named with its value and what is allowed.</summary>
public static partial class RequestRules
{
    private const int LongestModel = 256;

    /// <summary>The oldest answer that a request may allow.</summary>
    public static readonly TimeSpan LongestReuse = TimeSpan.FromDays(30);

    /// <summary>The broken rule in a sentence, or null.</summary>
    public static string? Broken(GenerateRequested request) => Problems(request).FirstOrDefault();

    /// <summary>The channel for the request's events; a malformed one could not be a routing key.</summary>
    public static string ChannelOf(GenerateRequested request) => ChannelOf(request.Channel);

    /// <summary>The label as it was given, or the default one where none was, or one that none can be.</summary>
    public static string ChannelOf(string? given) => given is not null && IsChannel(given) ? given : EventRouting.DefaultChannel;

    public static bool IsChannel(string text) => ChannelForm().IsMatch(text);

    public static bool IsTenant(string? text) => text is not null && TenantForm().IsMatch(text);

    /// <summary>One after the other, as far as somebody reads: behind the first that is broken nothing is looked at.</summary>
    private static IEnumerable<string> Problems(GenerateRequested request) => Conversation(request)
        .Concat(Attachments(request))
        .Concat(Turn(request))
        .Concat(Labels(request.Channel, request.Tenant, request.Metadata))
        .Concat(Limits(request))
        .Concat(request.Options is { } options ? OptionRules.Problems(options) : [])
        .Concat(request.CallerTools is { } tools ? CallerToolRules.Problems(tools) : [])
        .Concat(request.Origin is { } origin ? CallerToolRules.Problems(origin) : []);

    private static IEnumerable<string> Conversation(GenerateRequested request)
    {
        if (request.Prompt is null && request.Messages is null)
            yield return "Neither Prompt nor Messages is given; give one of them.";
        if (request.Prompt is not null && request.Messages is not null)
            yield return "Both Prompt and Messages are given; give one of them.";
        if (request.Prompt is { } prompt && string.IsNullOrWhiteSpace(prompt))
            yield return "Prompt is empty; it must hold some text.";
        if (request.Messages is not { } messages) yield break;
        if (messages.Count == 0) yield return "Messages is empty; it must hold at least one message.";
        else if (messages[^1] is { ToolCalls.Count: > 0 })
            yield return "Messages ends with tool calls; a message of role Tool with their results must follow.";
        foreach (var problem in messages.SelectMany((message, i) => MessageRules.Problems(message, $"Messages[{i}]"))) yield return problem;
    }

    private static IEnumerable<string> Attachments(GenerateRequested request)
    {
        var count = request.Messages?.Sum(message => message?.Attachments?.Count ?? 0);
        if (count > AttachmentRules.MostAttachments) yield return $"Messages has {count} attachments; at most {AttachmentRules.MostAttachments} are allowed in one request.";
    }

    private static IEnumerable<string> Turn(GenerateRequested request)
    {
        if (request.SessionId is null)
        {
            if (request.WhenBusy is not null) yield return "WhenBusy is given without SessionId; give both or leave it out.";
            if (request.WhenTooLong is not null) yield return "WhenTooLong is given without SessionId; give both or leave it out.";
            yield break;
        }
        if (request.SessionId == Guid.Empty) yield return "SessionId is the empty GUID; each session needs an id of its own.";
        if (request.Messages?.Any(message => message?.Role == MessageRole.System) == true)
            yield return "Messages holds a message of role System in a session; give SystemPrompt instead.";
    }

    /// <summary>The labels that requests of all kinds carry.</summary>
    public static IEnumerable<string> Labels(string? channel, string? tenant, IReadOnlyDictionary<string, string>? metadata)
    {
        if (channel is not null && !ChannelForm().IsMatch(channel))
            yield return $"Channel is '{Shown(channel)}'; it must match [A-Za-z0-9_-]{{1,64}}.";
        if (tenant is not null && !TenantForm().IsMatch(tenant))
            yield return $"Tenant is '{Shown(tenant)}'; it must match [A-Za-z0-9_.-]{{1,64}}.";
        if (metadata is null) yield break;
        if (metadata.Count > 16) yield return $"Metadata has {metadata.Count} entries; at most 16 are allowed.";
        foreach (var (key, value) in metadata)
        {
            if (key.Length is 0 or > 64) yield return $"Metadata has a key of {key.Length} characters; 1 to 64 are allowed.";
            if (value is null or { Length: > 512 }) yield return $"Metadata['{Shown(key)}'] has {value?.Length ?? 0} characters; it must be text of at most 512.";
        }
    }

    private static IEnumerable<string> Limits(GenerateRequested request)
    {
        if (request.MaxSteps is < 1 or > 100) yield return $"MaxSteps is {request.MaxSteps}; it must be between 1 and 100.";
        if (request.ReuseSeconds is { } seconds && (seconds < 1 || seconds > LongestReuse.TotalSeconds)) yield return $"ReuseSeconds is {seconds}; it must be between 1 and {LongestReuse.TotalSeconds}.";
        if (request.ReuseSeconds is not null && (request.Tools is { Count: > 0 } || request.CallerTools is { Count: > 0 }))
            yield return "ReuseSeconds is given with Tools or CallerTools; what tools do is not done by giving an old answer. Leave one of them out.";
        if (request.Fallbacks is { Count: > 8 } many) yield return $"Fallbacks has {many.Count} entries; at most 8 are allowed.";
        foreach (var fallback in request.Fallbacks ?? [])
        {
            if (string.IsNullOrWhiteSpace(fallback)) yield return "Fallbacks has an empty entry; each is a provider's name or provider/model.";
            else if (fallback.Length > LongestModel) yield return $"Fallbacks has an entry of {fallback.Length} characters; at most {LongestModel} are allowed.";
            else if (fallback.Any(char.IsControl)) yield return "Fallbacks has an entry with a control character; each is a provider's name or provider/model.";
        }
        foreach (var problem in Names(request.Provider, request.Model)) yield return problem;
    }

    /// <summary>Names of a provider and a model, which become columns and go into addresses.</summary>
    public static IEnumerable<string> Names(string? provider, string? model)
    {
        foreach (var (field, name) in new[] { ("Provider", provider), ("Model", model) })
        {
            if (name is { Length: > LongestModel }) yield return $"{field} has {name.Length} characters; at most {LongestModel} are allowed.";
            if (name?.Any(char.IsControl) == true) yield return $"{field} has a control character; it must be one line of text.";
        }
    }

    private static string Shown(string text) => text.Length <= 64 ? text : text[..64] + "…";

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,64}\z", RegexOptions.None, 1000)]
    private static partial Regex ChannelForm();

    [GeneratedRegex(@"^[A-Za-z0-9_.-]{1,64}\z", RegexOptions.None, 1000)]
    private static partial Regex TenantForm();
}
