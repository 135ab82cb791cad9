using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Millrace.Client;
using Millrace.Contracts;
using Millrace.Gateway.Errors;
using Millrace.Gateway.Hosting;

namespace Millrace.Gateway.Requests;

/// <summary>Waits for a whole answer, as long as a call may take. The generation goes on without its caller, unless that one asked otherwise.</summary>
internal sealed class WholeAnswer(MillraceClient client, Closing closing, IOptions<GatewayOptions> options, TimeProvider time)
{
    public async Task<GenerationCompleted> OfAsync(HttpContext http, GenerationStream stream, bool cancelOnDisconnect)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, closing.Late);
        try
        {
            return await stream.Completion.WaitAsync(options.Value.RequestTimeout, time, ending.Token);
        }
        catch (TimeoutException) when (!stream.Completion.IsCompleted)
        {
            var id = stream.GenerationId;
            throw new FaultException(new(504, "timeout",
                $"No answer within {options.Value.RequestTimeout}. Generation {id} goes on: ask for /api/generations/{id}.") { GenerationId = id });
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested && cancelOnDisconnect)
        {
            await client.CancelAsync(stream.GenerationId, "The caller has disconnected.", CancellationToken.None);
            throw;
        }
    }
}
