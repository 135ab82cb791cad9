using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Millrace.Client;
using Millrace.Client.Streaming;
using Millrace.Contracts;
using Millrace.Dialects.Errors;
using Millrace.Dialects.OpenAI;
using Millrace.Gateway.Access;
using Millrace.Gateway.Errors;
using Millrace.Gateway.Requests;
using Millrace.Gateway.Settings;
using Millrace.Gateway.Streams;
using Millrace.Persistence.Generations;

namespace Millrace.Gateway.OpenAI.Responses;

/// <summary>
/// How a response comes to be: (1) the conversation before it and the items that it names, (2) the request to the fleet, (3) its answer: whole, or once the fleet has taken it its stream or
/// its first state, (4) erased, if it was not to be stored.
/// </summary>
internal sealed class ResponseCreation(
    RequestSubmitter submitter, ResponseStore responses, ItemReferences references, AnswerWaiter answers, EventStreamRelay relay, MillraceClient client,
    IOptions<GatewayOptions> options, TimeProvider time)
{
    public async Task CreateAsync(HttpContext http, ResponseRequest asked)
    {
        // 1, 2
        var earlier = await responses.ConversationAsync(http.Caller(), asked.PreviousResponseId, http.RequestAborted);
        asked = asked with { Input = await references.ResolveAsync(http.Caller(), asked.Input, http.RequestAborted) };
        var request = ResponseMapping.ToRequest(asked, earlier, IdempotencyKey.GenerationIdFor(http, time), options.Value.BuiltInTools);
        try
        {
            // 3
            if (asked.Stream == true || asked.Background == true) await BeginAsync(http, asked, request);
            else await AnswerAsync(http, asked, request);
        }
        finally
        {
            // 4; while it still runs this does nothing, and a response that was there before is not this call's to erase
            if (asked.Store == false) await submitter.EraseAsync(http, request);
        }
    }

    private async Task AnswerAsync(HttpContext http, ResponseRequest asked, GenerateRequested request)
    {
        if (await answers.WaitAsync(http, request, Cancels(asked)) is { IsFault: true } outcome)
        {
            await FaultWriter.WriteAsync(http, outcome.Fault);
            return;
        }
        var made = await responses.FindNewAsync(http.Caller(), request.GenerationId, http.RequestAborted);
        await OpenAIAnswers.WriteAsync(http, await responses.ObjectAsync(made, http.RequestAborted));
    }

    private async Task BeginAsync(HttpContext http, ResponseRequest asked, GenerateRequested request)
    {
        await using var stream = await submitter.OpenAsync(http, request);
        var (stored, receivedAt) = await TakenAsync(http, asked, request, stream);
        if (asked.Stream != true)
        {
            await OpenAIAnswers.WriteAsync(http, new ResponseView(stored, receivedAt).Write("queued", []));
            return;
        }
        var how = new RelayOptions(CanResume: asked.Store != false, CancelOnDisconnect: Cancels(asked), AtOnce: true);
        await relay.RelayAsync(http, stream, new ResponseEventFormat(new(stored, receivedAt)), how);
    }

    /// <summary>The request as it is stored, which every replay goes by, and when it was received.</summary>
    private async Task<(GenerateRequested Stored, DateTimeOffset ReceivedAt)> TakenAsync(HttpContext http, ResponseRequest asked, GenerateRequested request, GenerationStream stream)
    {
        GenerationSnapshot? run;
        try
        {
            run = await submitter.TakenAsync(http.Caller(), request, stream, http.RequestAborted);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested && Cancels(asked) && RequestSubmitter.HasAdmitted(http, request.GenerationId))
        {
            await client.CancelAsync(request.GenerationId, "The caller has disconnected.", CancellationToken.None);
            throw;
        }
        if (run?.ReadRequest() is { } stored) return (stored, run.ReceivedAt);
        // Not taken yet. What is said now must be what a replay says: that is known where the id has a time in it, and no session adds to the request
        return request is { GenerationId.Version: 7, SessionId: null } ? (request, time.GetUtcNow()) : throw NotTaken();
    }

    private static bool Cancels(ResponseRequest asked) => asked.Millrace?.CancelOnDisconnect == true;

    private static FaultException NotTaken() => new(new(503, "not_taken",
        $"The fleet has the request and has not come to it yet. With an {IdempotencyKey.Header} sending it again is the same response.")
    { RetryAfter = TimeSpan.FromSeconds(1) });
}
