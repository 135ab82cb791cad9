using System.ComponentModel;
using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Gateway.Native;

/// <summary>A generation to be made: the fields of <c>GenerateRequested</c>, without the ones that the gateway fills in.</summary>
internal sealed record NewGenerationBody
{
    [Description("Its id. Default: from the Idempotency-Key, or a new one.")]
    public Guid? GenerationId { get; init; }

    [Description("The user's message. Give this or messages, not both.")]
    public string? Prompt { get; init; }

    [Description("A whole conversation, oldest first, ending with a user's message or the results of tool calls. Give this or prompt, not both.")]
    public IReadOnlyList<PromptMessage>? Messages { get; init; }

    [Description("Instructions before the conversation. Default: none.")]
    public string? SystemPrompt { get; init; }

    [Description("The configured provider's name. Default: the fleet's default.")]
    public string? Provider { get; init; }

    [Description("The model, also as provider/model, or an alias of the gateway's. Default: the provider's.")]
    public string? Model { get; init; }

    [Description("How to sample and what form the answer takes. Default: the provider's own defaults.")]
    public GenerationOptions? Options { get; init; }

    [Description("The session this is a turn of; one that does not exist comes into being. Default: none.")]
    public Guid? SessionId { get; init; }

    [Description("What to do when the session is busy. Default: Queue.")]
    public WhenBusy? WhenBusy { get; init; }

    [Description("What to do when the history is too long for the model. Default: DropOldest.")]
    public WhenTooLong? WhenTooLong { get; init; }

    [Description("Names of the fleet's tools that the model may call; one that ends in * stands for all that begin so. At most 128. Default: none.")]
    public IReadOnlyList<string>? Tools { get; init; }

    [Description("Functions that the caller runs itself, beside the fleet's: the generation completes when the model calls one of them, with its toolCalls. At most 128. Default: none.")]
    public IReadOnlyList<CallerTool>? CallerTools { get; init; }

    [Description("The most provider calls of a generation that uses tools, 1 to 100. Default: 10.")]
    public int? MaxSteps { get; init; }

    [Description("Allows the recorded answer to the same question of so many seconds before, 1 to 2,592,000, and one provider call for those who ask it at the same time; not with tools. Default: none.")]
    public int? ReuseSeconds { get; init; }

    [Description("What to try next when the provider stays unavailable. At most 8. Default: none.")]
    public IReadOnlyList<string>? Fallbacks { get; init; }

    [Description("Which lane it waits in. Default: Interactive.")]
    public GenerationClass Class { get; init; }

    [Description("A label for its events on the broker. Default: the gateway's own.")]
    public string? Channel { get; init; }

    [Description("One that has not begun by then fails with Expired. Default: never.")]
    public DateTimeOffset? NotAfter { get; init; }

    [Description("Labels of your own: at most 16, keys to 64 and values to 512 characters. Default: none.")]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    [Description("A JSON object that is kept with the request, at most 16 KiB; no model sees it. Default: none.")]
    public JsonElement? Origin { get; init; }

    public GenerateRequested ToRequest(Guid id) => new()
    {
        GenerationId = GenerationId ?? id,
        Prompt = Prompt,
        Messages = Messages,
        SystemPrompt = SystemPrompt,
        Provider = Provider,
        Model = Model,
        Options = Options,
        SessionId = SessionId,
        WhenBusy = WhenBusy,
        WhenTooLong = WhenTooLong,
        Tools = Tools,
        CallerTools = CallerTools,
        MaxSteps = MaxSteps,
        ReuseSeconds = ReuseSeconds,
        Fallbacks = Fallbacks,
        Class = Class,
        Channel = Channel,
        NotAfter = NotAfter,
        Metadata = Metadata,
        Origin = Origin,
    };
}
