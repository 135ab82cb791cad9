using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Millrace.Client;
using Millrace.Contracts;
using Millrace.Gateway.Access;
using Millrace.Gateway.Errors;
using Millrace.Gateway.Hosting;

namespace Millrace.Gateway.Requests;

/// <summary>Waits for a whole answer, as long as a call may take. The generation goes on without its caller, unless that one asked otherwise.</summary>
internal sealed class WholeAnswer(Submission submission, MillraceClient client, Closing closing, IOptions<GatewayOptions> options, TimeProvider time)
{
    public async Task<GenerationCompleted> OfAsync(HttpContext http, GenerateRequested request, bool cancelOnDisconnect)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, closing.Late);
        var (id, answer) = (request.GenerationId, submission.AnswerAsync(http, request, ending.Token));
        try
        {
            var completed = await answer.WaitAsync(options.Value.RequestTimeout, time, ending.Token);
            await http.LookAtKeyAsync();
            return completed;
        }
        catch (TimeoutException) when (!answer.IsCompleted)
        {
            throw new FaultException(new(504, "timeout",
                $"No answer within {options.Value.RequestTimeout}. Generation {id} goes on: ask for /api/generations/{id}.")
            { GenerationId = id });
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested && cancelOnDisconnect && Submission.HasAdmitted(http, id))
        {
            await client.CancelAsync(id, "The caller has disconnected.", CancellationToken.None);
            throw;
        }
        finally
        {
            await ending.CancelAsync();
            await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // it has been told to leave, so this is soon
        }
    }
}
