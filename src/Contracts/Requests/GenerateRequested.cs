using System.Text.Json;

namespace Millrace.Contracts;

/// <summary>
/// Asks the fleet for one generation. The message is acknowledged only after its row is committed; the same
/// <see cref="GenerationId"/> again is the same generation, whoever publishes it and however often.
/// </summary>
public sealed record GenerateRequested
{
    /// <summary>The generation's identity, chosen by the producer. Required, not the empty GUID.</summary>
    public required Guid GenerationId { get; init; }

    /// <summary>The user's message. Give this or <see cref="Messages"/>, not both. Not empty.</summary>
    public string? Prompt { get; init; }

    /// <summary>
    /// A whole conversation, oldest first. It ends with any message but one with tool calls; with one of the assistant, some models go on in the middle of it and
    /// others answer it. Give this or <see cref="Prompt"/>, not both.
    /// </summary>
    public IReadOnlyList<PromptMessage>? Messages { get; init; }

    /// <summary>Instructions that go before the conversation, in each provider's own place for them. Default: none.</summary>
    public string? SystemPrompt { get; init; }

    /// <summary>The configured provider's name, for example <c>openai</c>. Default: the worker's <c>DefaultProvider</c>.</summary>
    public string? Provider { get; init; }

    /// <summary>
    /// The model's name at the provider; also <c>provider/model</c> when <see cref="Provider"/> is absent and the part before the
    /// first slash is a configured provider. Default: the provider's <c>DefaultModel</c>.
    /// </summary>
    public string? Model { get; init; }

    /// <summary>How to sample and what form the answer takes. Default: the provider's own defaults.</summary>
    public GenerationOptions? Options { get; init; }

    /// <summary>
    /// The session this is a turn of: its history goes before the request's own messages, and they and the reply are added to it. One that
    /// does not exist comes into being with the request's system prompt, provider and model. Default: none.
    /// </summary>
    public Guid? SessionId { get; init; }

    /// <summary>What to do when the session is busy. Default: <see cref="Contracts.WhenBusy.Queue"/>.</summary>
    public WhenBusy? WhenBusy { get; init; }

    /// <summary>What to do when the session's history is too long for the model. Default: <see cref="Contracts.WhenTooLong.DropOldest"/>.</summary>
    public WhenTooLong? WhenTooLong { get; init; }

    /// <summary>
    /// Names of the tools the model may call, of those that the fleet has; one that ends in <c>*</c> stands for all that begin so. At most 128.
    /// Default: none.
    /// </summary>
    public IReadOnlyList<string>? Tools { get; init; }

    /// <summary>
    /// Functions that the caller runs itself, beside the fleet's: the generation completes when the model calls one of them, with
    /// <see cref="GenerationCompleted.ToolCalls"/>. At most 128. Default: none.
    /// </summary>
    public IReadOnlyList<CallerTool>? CallerTools { get; init; }

    /// <summary>
    /// The most provider calls of a generation that uses tools, retries apart, 1 to 100. Default: 10. A model that then still calls tools has not
    /// answered: the calls are not run, and the generation fails with <see cref="FailureReason.ToolLoopExceeded"/>.
    /// </summary>
    public int? MaxSteps { get; init; }

    /// <summary>
    /// Allows an answer that is there already: the same question (tenant, provider, model, options and all messages) within so many seconds gets the recorded answer, marked with
    /// <see cref="GenerationCompleted.ReusedFrom"/>, and while it is being answered those who allow this share the one provider call. 1 to 2,592,000; not with tools. Default: none,
    /// and the provider is asked.
    /// </summary>
    public int? ReuseSeconds { get; init; }

    /// <summary>What to try next, in order, when the provider stays unavailable: <c>provider/model</c> or a provider's name. At most 8.</summary>
    public IReadOnlyList<string>? Fallbacks { get; init; }

    /// <summary>Which lane it waits in. Default: <see cref="GenerationClass.Interactive"/>.</summary>
    public GenerationClass Class { get; init; }

    /// <summary>
    /// A label for its events, the middle part of their routing key: <c>[A-Za-z0-9_-]{1,64}</c>. Default: <c>default</c>. It is the
    /// only field that may differ when a request is repeated; the first one's holds.
    /// </summary>
    public string? Channel { get; init; }

    /// <summary>UTC. A generation that has not begun by then fails with <see cref="FailureReason.Expired"/>. Default: never.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>Whose it is: <c>[A-Za-z0-9_.-]{1,64}</c>. Default: <c>default</c>.</summary>
    public string? Tenant { get; init; }

    /// <summary>The producer's own labels, stored with the generation: at most 16, keys to 64 and values to 512 characters. Default: none.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>
    /// A JSON object that the producer keeps with the generation, at most 16 KiB as JSON. Stored with the request; the fleet does not read it, and no model
    /// sees it. Default: none.
    /// </summary>
    public JsonElement? Origin { get; init; }
}
