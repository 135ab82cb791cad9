using Microsoft.Extensions.Options;
using Millrace.Client.RabbitMq.Addresses;

namespace Millrace.Client.RabbitMq.Options;

/// <summary>What options must be; each fault names the option, its value and the rule.</summary>
internal sealed class ClientOptionsRules(bool needsBroker) : IValidateOptions<MillraceClientOptions>
{
    public ValidateOptionsResult Validate(string? name, MillraceClientOptions options)
    {
        var faults = Faults(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private IEnumerable<string> Faults(MillraceClientOptions options)
    {
        if (needsBroker && RabbitMqAddress.Fault(options.RabbitMq) is { } fault)
            yield return fault;
        if (options.SendUserId && options.UserId is null && RabbitMqAddress.User(options.RabbitMq) is null)
            yield return "MillraceClientOptions.SendUserId is true, and no address names the broker's account; give its name in MillraceClientOptions.UserId.";
        foreach (var (option, value) in Times(options))
        {
            if (value < TimeSpan.FromMilliseconds(1) || value > TimeSpan.FromDays(1))
                yield return $"MillraceClientOptions.{option} is {value}; it is between 1 ms and 1 day.";
        }

        foreach (var (option, value, least, most) in Sizes(options))
        {
            if (value < least || value > most)
                yield return $"MillraceClientOptions.{option} is {value}; it is between {least:N0} and {most:N0}.";
        }

        if (options.LongestSilence < options.Silence)
            yield return $"MillraceClientOptions.LongestSilence is {options.LongestSilence}; it is at least Silence, which is {options.Silence}.";
    }

    private static IEnumerable<(string Option, TimeSpan Value)> Times(MillraceClientOptions options) =>
    [
        (nameof(options.ReadyTimeout), options.ReadyTimeout),
        (nameof(options.PublishTimeout), options.PublishTimeout),
        (nameof(options.GapRetry), options.GapRetry),
        (nameof(options.Silence), options.Silence),
        (nameof(options.LongestSilence), options.LongestSilence),
        (nameof(options.UnknownAfter), options.UnknownAfter),
        (nameof(options.AnswerTimeout), options.AnswerTimeout),
        (nameof(options.AnswerRetry), options.AnswerRetry),
        (nameof(options.DeafAfter), options.DeafAfter),
    ];

    private static IEnumerable<(string Option, int Value, int Least, int Most)> Sizes(MillraceClientOptions options) =>
    [
        (nameof(options.MaxRequestBytes), options.MaxRequestBytes, 1, int.MaxValue),
        (nameof(options.MaxAttachmentBytes), options.MaxAttachmentBytes, 1, 100 * 1024 * 1024),
        (nameof(options.StreamBuffer), options.StreamBuffer, 2, int.MaxValue),
        (nameof(options.Prefetch), options.Prefetch, 1, ushort.MaxValue),
    ];
}
