using Millrace.Contracts;
using Millrace.Tests.Fleet;
using Millrace.Tests.ScriptedProviders;

namespace Millrace.Tests.Sessions;

/// <summary>What holds for every transcript, whatever happened on the way.</summary>
internal static class Transcripts
{
    /// <summary>
    /// Prompt and reply of a turn stand side by side, once; ordinals only grow; a completed turn's reply is whole and is the event's, a
    /// cancelled one's is partial and is the event's. With rollback even a turn that came to its end may have left nothing.
    /// </summary>
    public static void AssertAlternates(IReadOnlyList<SessionMessage> transcript, IReadOnlyDictionary<Guid, SeenEvent> ends, int imported = 0, bool rollback = false)
    {
        Assert.Equal(transcript.Select(message => message.Ordinal).Distinct().Order(), transcript.Select(message => message.Ordinal));
        var pairs = transcript.Skip(imported).Chunk(2).ToList();
        Assert.Equal(pairs.Count, pairs.Select(pair => pair[0].GenerationId).Distinct().Count());
        foreach (var pair in pairs)
        {
            Assert.Equal([MessageRole.User, MessageRole.Assistant], pair.Select(message => message.Role));
            Assert.Equal(pair[0].GenerationId, pair[1].GenerationId);
            var end = ends[pair[0].GenerationId!.Value];
            Assert.Equal(end.Kind == "completed" ? (end.Text, false) : (end.String("partialText") ?? "", true), (pair[1].Text, pair[1].Partial));
        }
        foreach (var (id, _) in ends.Where(end => end.Value.Kind == "completed" && !rollback))
            Assert.Contains(pairs, pair => pair[0].GenerationId == id);
    }

    /// <summary>Every call heard exactly what the transcript holds before its own prompt. A reply without a word is not told.</summary>
    public static void AssertHeard(IEnumerable<ScriptedCall> calls, IReadOnlyList<SessionMessage> transcript)
    {
        var said = Said.In(transcript);
        foreach (var heard in calls.Select(Said.In))
        {
            var at = said.ToList().FindIndex(message => message.Text == heard[^1].Text);
            if (at < 0) continue; // its turn left nothing
            Assert.Equal(said.Take(at + 1).Where(message => message.Text.Length > 0), heard);
        }
    }
}
