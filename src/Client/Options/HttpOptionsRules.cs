using Microsoft.Extensions.Options;

namespace Millrace.Client.Options;

/// <summary>What options must be; each fault names the option and the rule, and its value where that can be no secret.</summary>
internal sealed class HttpOptionsRules : IValidateOptions<MillraceHttpOptions>
{
    private const int LargestAttachment = 20 * 1024 * 1024;

    public ValidateOptionsResult Validate(string? name, MillraceHttpOptions options)
    {
        var faults = Faults(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(MillraceHttpOptions options)
    {
        if (AddressFault(options.Gateway) is { } fault)
            yield return fault;
        if (options.ApiKey?.All(c => c is > ' ' and <= '~') == false || options.ApiKey?.Length == 0)
            yield return "MillraceHttpOptions.ApiKey (Millrace:ApiKey) is no API key: one has letters, digits and signs without spaces. Leave it out for a gateway that asks for none.";
        foreach (var (option, value) in Times(options))
        {
            if (value < TimeSpan.FromMilliseconds(1) || value > TimeSpan.FromDays(1))
                yield return $"MillraceHttpOptions.{option} is {value}; it is between 1 ms and 1 day.";
        }

        if (options.StreamBuffer < 2)
            yield return $"MillraceHttpOptions.StreamBuffer is {options.StreamBuffer}; it is at least 2.";
        if (options.MaxRequestBytes < 1)
            yield return $"MillraceHttpOptions.MaxRequestBytes is {options.MaxRequestBytes}; it is at least 1.";
        if (options.MaxAttachmentBytes is < 1 or > LargestAttachment)
            yield return $"MillraceHttpOptions.MaxAttachmentBytes is {options.MaxAttachmentBytes}; it is between 1 and {LargestAttachment:N0}.";
    }

    private static string? AddressFault(Uri? gateway) => gateway switch
    {
        null => "No gateway is configured. Set ConnectionStrings:Millrace (the environment variable ConnectionStrings__Millrace), or MillraceHttpOptions.Gateway, to its address: https://gateway.example.com.",
        { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" } => null,
        _ => "The gateway's address (ConnectionStrings:Millrace, or MillraceHttpOptions.Gateway) looks like https://gateway.example.com: http or https, a host, and no user, password or query.",
    };

    private static IEnumerable<(string Option, TimeSpan Value)> Times(MillraceHttpOptions options) =>
    [
        (nameof(options.PublishTimeout), options.PublishTimeout),
        (nameof(options.AnswerTimeout), options.AnswerTimeout),
        (nameof(options.UploadTimeout), options.UploadTimeout),
        (nameof(options.UnknownAfter), options.UnknownAfter),
        (nameof(options.Silence), options.Silence),
    ];
}
