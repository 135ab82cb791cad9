using System.Text.RegularExpressions;

namespace Millrace.Engine.Prompts;

/// <summary>
/// Ids of calls in one prompt: each once, and in a form that every provider takes (Anthropic's characters, OpenAI's 40 of them). An id that is neither
/// gets another; the same for the same prompt, so that a provider's cache of it holds.
/// </summary>
internal sealed partial class CallIds
{
    private readonly HashSet<string> used = [];
    private int tried;

    /// <summary>Names that were looked at in all. A caller who takes them beforehand makes each of them looked at once, and not once for each id.</summary>
    internal int Looks { get; private set; }

    public string For(string id)
    {
        Looks++;
        if (Form().IsMatch(id) && used.Add(id)) return id;
        for (tried = Math.Max(tried, used.Count) + 1; ; tried++)
        {
            Looks++;
            if ($"call_{tried}" is var free && used.Add(free)) return free;
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,40}\z", RegexOptions.None, 1000)]
    private static partial Regex Form();
}
