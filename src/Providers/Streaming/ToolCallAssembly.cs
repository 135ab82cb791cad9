using Microsoft.Extensions.AI;
using Millrace.Providers.Http;

namespace Millrace.Providers.Streaming;

/// <summary>
/// Joins the pieces of an answer's tool calls, alike for every wire: the adapters' own assemblies differ in what they lose, and two of them cannot tell a
/// call that broke off from one without arguments.
/// </summary>
internal sealed class ToolCallAssembly
{
    private const int MostCalls = 128;
    private const int MostCharacters = 1_000_000;

    private readonly List<Draft> drafts = [];
    private long characters;

    public bool IsEmpty => drafts.Count == 0;

    /// <summary>No model means so many calls, or so much in them; a loop in its arguments would go on until its time is over.</summary>
    public bool IsTooMuch => drafts.Count > MostCalls || characters > MostCharacters;

    public void Add(CallFragment piece)
    {
        characters += piece.Arguments.Length;
        var draft = piece.Index is { } index ? drafts.FindLast(known => known.Index == index) : null;
        if (draft is null || draft.EndsBefore(piece)) drafts.Add(draft = new Draft(piece.Index));
        draft.Add(piece);
    }

    /// <summary>The calls in the order in which they began, each with its arguments' text as <c>RawRepresentation</c>, or null when the arguments of one are no JSON.</summary>
    public IReadOnlyList<AIContent>? Whole()
    {
        var calls = new List<AIContent>(drafts.Count);
        foreach (var draft in drafts)
        {
            var written = draft.End();
            if (CallArguments.Read(written) is not { } arguments) return null;
            calls.Add(new FunctionCallContent(draft.Id ?? $"call_{calls.Count}", draft.Name ?? "", arguments) { RawRepresentation = written.Trim() });
        }
        return calls;
    }

    private sealed class Draft(long? index)
    {
        private readonly GrowingJson arguments = new();
        private readonly HalfJoiner halves = new();

        public long? Index => index;

        public string? Id { get; private set; }

        public string? Name { get; private set; }

        public string Arguments => arguments.ToString();

        /// <summary>
        /// Some servers give all calls the same index, or none. Then another id begins another call; without ids, a name and an object behind arguments
        /// that are whole. A name alone does not: others repeat it in every piece. The same id does not either: a call that was repeated would run twice.
        /// </summary>
        public bool EndsBefore(CallFragment piece) => piece.Id is { Length: > 0 } id
            ? Id is not null && id != Id
            : piece.Name is { Length: > 0 } && piece.Arguments.AsSpan().TrimStart().StartsWith("{") && arguments.IsWhole;

        public void Add(CallFragment piece)
        {
            if (piece.Id is { Length: > 0 }) Id ??= piece.Id;
            if (piece.Name is { Length: > 0 }) Name ??= HalfCharacters.Whole(piece.Name);
            arguments.Append(halves.Join(piece.Arguments));
        }

        /// <summary>The arguments' text, when all of its pieces are there.</summary>
        public string End()
        {
            arguments.Append(halves.End());
            return HalfCharacters.MendEscapes(Arguments);
        }
    }
}
