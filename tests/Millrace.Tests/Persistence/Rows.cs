using Millrace.Contracts;
using Millrace.Persistence.Chunks;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;

namespace Millrace.Tests.Persistence;

/// <summary>Rows as intake and runs make them.</summary>
internal static class Rows
{
    public const string Lane = "p.interactive";

    public static NewGeneration Queued() => new()
    {
        Id = Guid.CreateVersion7(),
        Tenant = "default",
        State = GenerationState.Queued,
        Lane = Lane,
        Provider = "p",
        Model = "m",
        Channel = "default",
        Request = """{"prompt":"x"}""",
        RequestHash = [1, 2, 3],
    };

    public static NewChunk Text(long sequence, string text = "x") => new(sequence, 1, nameof(ChunkKind.Text), $$"""{"text":"{{text}}"}""");

    public static TerminalWrite Completed(string outcome = """{"text":"done"}""", TokenUsage? usage = null) =>
        new(GenerationState.Completed, outcome, 1, null, 0, usage);
}
