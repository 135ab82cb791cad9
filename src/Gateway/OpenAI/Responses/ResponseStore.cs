using System.Text.Json.Nodes;
using Millrace.Contracts;
using Millrace.Dialects.Errors;
using Millrace.Dialects.OpenAI;
using Millrace.Gateway.Access;
using Millrace.Persistence.Chunks;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;

namespace Millrace.Gateway.OpenAI.Responses;

/// <summary>Responses as they are in the database: a generation that this API made, and its log.</summary>
internal sealed class ResponseStore(GenerationStore generations, ReplayPages pages)
{
    /// <exception cref="FaultException">There is none, or it was not stored.</exception>
    public async Task<StoredResponse> FindAsync(Caller caller, string id, CancellationToken cancellation) =>
        await TryFindAsync(caller, id, cancellation)
        ?? throw new FaultException(new(404, "not_found", $"Response with id '{id}' not found.") { Param = "response_id" });

    /// <summary>Null: there is none, or it was not stored.</summary>
    public async Task<StoredResponse?> TryFindAsync(Caller caller, string id, CancellationToken cancellation) =>
        OpenAIIds.TryResponse(id, out var generation)
        && await generations.FindAsync(caller.Tenant, generation.Value, cancellation) is { } run
        && run.ReadRequest() is { } request
        && ResponseOrigin.Of(request) is { Store: true } origin
            ? new(run, request, origin) : null;

    /// <summary>One that has just been answered, stored or not.</summary>
    /// <exception cref="FaultException">Somebody has erased it meanwhile.</exception>
    public async Task<StoredResponse> FindNewAsync(Caller caller, Guid id, CancellationToken cancellation) =>
        await generations.FindAsync(caller.Tenant, id, cancellation) is { } run
        && run.ReadRequest() is { } request && ResponseOrigin.Of(request) is { } origin
            ? new(run, request, origin)
            : throw Erased(id);

    /// <summary>The conversation up to and with a response, for the next one to go on from.</summary>
    public async Task<IReadOnlyList<PromptMessage>> ConversationAsync(Caller caller, string? previous, CancellationToken cancellation)
    {
        if (previous is null) return [];
        var found = await TryFindAsync(caller, previous, cancellation) ?? throw NoPrevious(previous);
        if (found.Run.ReadOutcome<GenerationCompleted>(GenerationState.Completed) is not { } outcome)
        {
            throw OpenAIFaults.Invalid(
                "previous_response_id", $"Response '{previous}' is {found.Status}; only one that has an answer can be gone on from.");
        }

        var answer = new PromptMessage(MessageRole.Assistant, outcome.Text)
        {
            Reasoning = outcome.Reasoning,
            ToolCalls = outcome.ToolCalls,
        };
        return [.. found.Request.Messages ?? [], answer];
    }

    /// <summary>The whole object: from the log while there is one, and else from the outcome.</summary>
    public async Task<JsonObject> ObjectAsync(StoredResponse response, CancellationToken cancellation) => GenerationState.IsTerminal(response.Run.State)
        ? (await EventsAsync(response, cancellation)).Response(response.End)
        : new ResponseView(response.Request, response.Run.ReceivedAt).Write(response.Status, []);

    /// <summary>The number of the last event of a response that has ended.</summary>
    public async Task<int> LastEventAsync(StoredResponse response, CancellationToken cancellation) =>
        (await EventsAsync(response, cancellation)).LastNumber;

    /// <summary>
    /// The output, and whether it is what the outcome remembers: once the log is gone, what a restart took back and what was said between tools' calls is not
    /// known, and the items behind it have other numbers.
    /// </summary>
    public async Task<(IReadOnlyList<JsonObject> Items, bool IsRemembered)> OutputAsync(StoredResponse response, CancellationToken cancellation)
    {
        var output = (await ObjectAsync(response, cancellation))["output"]!.AsArray().OfType<JsonObject>().ToList();
        return (output, output.Count > 0 && !await HasLogAsync(response.Run, cancellation));
    }

    private async Task<bool> HasLogAsync(GenerationSnapshot run, CancellationToken cancellation)
    {
        var (page, _) = await PageAsync(run, after: 0, limit: 1, cancellation);
        return page.Chunks.Count > 0;
    }

    private async Task<ResponseEvents> EventsAsync(StoredResponse response, CancellationToken cancellation)
    {
        var events = new ResponseEvents(response.Request, response.Run.ReceivedAt);
        foreach (var _ in events.Begin()) { }
        var chunks = await ChunksAsync(response.Run, cancellation);
        foreach (var chunk in chunks.Count > 0 ? chunks : Remembered(response.Run))
        {
            foreach (var _ in events.Tell(chunk)) { }
        }
        foreach (var _ in events.End(response.End)) { }
        return events;
    }

    private async Task<List<ChunkProduced>> ChunksAsync(GenerationSnapshot run, CancellationToken cancellation)
    {
        var chunks = new List<ChunkProduced>();
        for (var more = true; more;)
        {
            var last = chunks.Count > 0 ? chunks[^1].Sequence : 0;
            var (page, _) = await PageAsync(run, last, limit: 500, cancellation);
            chunks.AddRange(page.Chunks);
            more = page.HasMore;
        }
        return chunks;
    }

    private Task<(ChunksReplayed Page, string? Channel)> PageAsync(
        GenerationSnapshot run, long after, int limit, CancellationToken cancellation) =>
        pages.ReadAsync(new ReplayRequested { GenerationId = run.Id, AfterSequence = after, Limit = limit }, cancellation);

    private static List<ChunkProduced> Remembered(GenerationSnapshot run) =>
        run.ReadOutcome<GenerationCompleted>(GenerationState.Completed) is { } outcome
            ? RememberedChunks.Of(outcome, run.FinishedAt ?? run.ReceivedAt)
            : [];

    private static FaultException NoPrevious(string id) =>
        new(new(400, "previous_response_not_found", $"Previous response with id '{id}' not found.") { Param = "previous_response_id" });

    private static FaultException Erased(Guid id) =>
        new(new(410, "erased", $"Response '{OpenAIIds.Response(id)}' was erased before it could be told.") { GenerationId = id });
}
