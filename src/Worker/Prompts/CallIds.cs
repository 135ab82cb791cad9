using System.Text.RegularExpressions;

namespace Millrace.Worker.Prompts;

/// <summary>
/// Ids of calls in one prompt: each once, and in a form that every provider takes (Anthropic's characters, OpenAI's 40 of them). An id that is neither
/// gets another; the same for the same prompt, so that a provider's cache of it holds.
/// </summary>
internal sealed partial class CallIds
{
    private readonly HashSet<string> used = [];

    public string For(string id)
    {
        if (Form().IsMatch(id) && used.Add(id)) return id;
        for (var number = used.Count + 1; ; number++)
            if (used.Add($"call_{number}")) return $"call_{number}";
    }

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,40}\z", RegexOptions.None, 1000)]
    private static partial Regex Form();
}
