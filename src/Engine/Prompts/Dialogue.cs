using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Engine.Requests;
using Millrace.Providers.Failures;

namespace Millrace.Engine.Prompts;

/// <summary>
/// What the model is told in a run's next call: the prompt, and each answer so far that did not have the form, with what is wrong.
/// </summary>
internal sealed class Dialogue(CallPrompt prompt, AnswerForm? form)
{
    /// <summary>Corrections when the request says nothing.</summary>
    public const int DefaultCorrections = 2;

    public CallPrompt Prompt { get; private set; } = prompt;

    /// <summary>
    /// Null when the answer has the form that the request asks for, else a failure with <see cref="FailureReason.InvalidOutput"/>; the prompt says so from
    /// now on.
    /// </summary>
    public async Task<Failure?> CheckAsync(string text, FinishReason finish, string provider, CancellationToken cancellation)
    {
        if (form is null || await form.CheckAsync(text, cancellation) is not { } broken) return null;
        var cut = finish == FinishReason.Length ? " It was cut off at the most tokens allowed." : "";
        // Providers refuse empty messages
        Prompt = Prompt.With(
            new ChatMessage(ChatRole.Assistant, text.Length == 0 ? "(nothing)" : text),
            new ChatMessage(ChatRole.User, $"That answer cannot be used.{cut}\n{broken.Details}\nAnswer again with the corrected JSON and nothing else."));
        return new Failure(FailureReason.InvalidOutput, $"The answer of '{provider}' {broken.Summary}.{cut}");
    }
}
