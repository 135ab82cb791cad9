using System.ComponentModel;
using Millrace.Contracts;

namespace Millrace.Gateway.Native;

/// <summary>A session to be made. All of it is optional.</summary>
internal sealed record NewSessionBody
{
    [Description("Its id. Default: from the Idempotency-Key, or a new one.")]
    public Guid? SessionId { get; init; }

    [Description("Instructions before the conversation. Default: none.")]
    public string? SystemPrompt { get; init; }

    [Description("The provider for requests in it that name none. Default: the fleet's default.")]
    public string? Provider { get; init; }

    [Description("The model for requests in it that name neither provider nor model; also provider/model, or an alias of the gateway's. Default: the provider's.")]
    public string? Model { get; init; }

    [Description("Options for requests in it; an option of the request goes before the session's. Default: none.")]
    public GenerationOptions? Options { get; init; }

    [Description("Labels of your own: at most 16, keys to 64 and values to 512 characters. Default: none.")]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    [Description("Its first messages, oldest first; at most 1,000. Ordinals and times of theirs are passed over. Default: none.")]
    public IReadOnlyList<SessionMessage>? Messages { get; init; }
}
