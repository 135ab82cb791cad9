using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Millrace.Dialects.Errors;
using Millrace.Gateway.Settings;
using Millrace.Persistence.Commit;

namespace Millrace.Gateway.Errors;

/// <summary>Around every route: what a call throws becomes its answer, or, once the answer has begun, the end of the connection.</summary>
internal sealed partial class FaultAnswers(RequestDelegate next, GatewayShutdown closing, ILogger<FaultAnswers> log)
{
    /// <summary>A worker waits an outage of the database out; a caller is told of it.</summary>
    private static readonly TimeSpan DatabasePatience = TimeSpan.FromSeconds(10);

    public async Task InvokeAsync(HttpContext http)
    {
        var trace = Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier;
        http.Response.OnStarting(() =>
        {
            http.Response.Headers["x-request-id"] = trace; // where OpenAI's clients look for it
            return Task.CompletedTask;
        });
        DatabaseOutage.LimitTo(DatabasePatience);
        try
        {
            await next(http);
            await NameEmptyAsync(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be told
        }
        catch (Exception exception)
        {
            await AnswerAsync(http, exception);
        }
    }

    private async Task AnswerAsync(HttpContext http, Exception exception)
    {
        var fault = exception is OperationCanceledException && closing.Now.IsCancellationRequested
            ? new Fault(503, "closing", "This gateway is being stopped. Another one, or this one in a moment, can answer.") { RetryAfter = TimeSpan.FromSeconds(1) }
            : ErrorMap.Of(exception);
        if (fault.Code == "internal") LogFailed(exception, http.Request.Method, http.GetEndpoint()?.DisplayName);
        if (http.Response.HasStarted)
        {
            http.Abort(); // a clean end would look like the whole answer
            return;
        }
        http.Response.Clear();
        await FaultWriter.WriteAsync(http, fault);
    }

    /// <summary>What the framework answers by a bare status gets a body, too.</summary>
    private static Task NameEmptyAsync(HttpContext http)
    {
        if (http.Response.HasStarted || http.Response.ContentType is not null) return Task.CompletedTask;
        var (method, path) = (http.Request.Method, http.Request.Path);
        return http.Response.StatusCode switch
        {
            404 => FaultWriter.WriteAsync(http, new(404, "not_found", $"There is nothing at {method} {path}.")),
            415 => FaultWriter.WriteAsync(http, new(415, "unsupported_media_type", $"The body is '{http.Request.ContentType}'; {path} takes application/json.")),
            405 => FaultWriter.WriteAsync(http, new(405, "method_not_allowed", $"{path} does not take {method}; it takes {http.Response.Headers.Allow}.")),
            _ => Task.CompletedTask,
        };
    }

    [LoggerMessage(LogLevel.Error, "{Method} {Route} failed")]
    private partial void LogFailed(Exception exception, string method, string? route);
}
