using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Millrace.Client;
using Millrace.Contracts;
using Millrace.Dialects.Errors;
using Millrace.Gateway.Access;
using Millrace.Gateway.Errors;
using Millrace.Gateway.Settings;

namespace Millrace.Gateway.Requests;

/// <summary>Waits for a whole answer, as long as a call may take. The generation goes on without its caller, unless that one asked otherwise.</summary>
internal sealed class AnswerWaiter(RequestSubmitter submitter, MillraceClient client, GatewayShutdown closing, IOptions<GatewayOptions> options, TimeProvider time)
{
    /// <summary>What came of it. A generation that failed is a value: to throw it would cost each await on its way to the caller.</summary>
    public async Task<Outcome> WaitAsync(HttpContext http, GenerateRequested request, bool cancelOnDisconnect)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, closing.Late);
        var (id, answer) = (request.GenerationId, submitter.AnswerAsync(http, request, ending.Token));
        try
        {
            var waiting = answer.WaitAsync(options.Value.RequestTimeout, time, ending.Token);
            await ((Task)waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (waiting.Exception?.InnerException is TimeoutException && !answer.IsCompleted) return new(TooLate(id));
            if (waiting.Exception?.InnerException is { } failure && ErrorMap.IsExpected(failure)) return new(ErrorMap.Of(failure));
            if (waiting.IsCanceled && http.RequestAborted.IsCancellationRequested && cancelOnDisconnect && RequestSubmitter.HasAdmitted(http, id))
                await client.CancelAsync(id, "The caller has disconnected.", CancellationToken.None);
            var completed = await waiting;
            await http.LookAtKeyAsync();
            return new(completed);
        }
        finally
        {
            await ending.CancelAsync();
            await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // it has been told to leave, so this is soon
        }
    }

    private Fault TooLate(Guid id) => new(504, "timeout", $"No answer within {options.Value.RequestTimeout}. Generation {id} goes on: ask for /api/generations/{id}.") { GenerationId = id };
}
