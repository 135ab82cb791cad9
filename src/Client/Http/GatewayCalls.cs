using System.Net.Http.Headers;
using System.Text.Json;
using Millrace.Client.Errors;
using Millrace.Contracts;

namespace Millrace.Client.Http;

/// <summary>Calls to a gateway: once, or until there is an answer within a time. What is called again has its id in it, so it is done once.</summary>
internal sealed class GatewayCalls : IDisposable
{
    private readonly HttpClient http;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource disposing = new();

    public GatewayCalls(Uri gateway, string? apiKey, TimeProvider time)
    {
        this.time = time;
        Where = gateway.GetLeftPart(UriPartial.Path);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5), // the name may lead to other gateways by then
        };
        http = new HttpClient(handler) { BaseAddress = new Uri(Where.TrimEnd('/') + "/"), Timeout = Timeout.InfiniteTimeSpan };
        if (apiKey is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
    }

    /// <summary>Where the gateway is.</summary>
    public string Where { get; }

    public static HttpRequestMessage Get(string path) => new(HttpMethod.Get, new Uri(path, UriKind.Relative));

    public static HttpRequestMessage Delete(string path) => new(HttpMethod.Delete, new Uri(path, UriKind.Relative));

    public static HttpRequestMessage Post(string path, byte[]? body = null, string mediaType = "application/json")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative));
        if (body is null)
            return request;
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        return request;
    }

    /// <summary>The connection was lost, or never there: trying again can help.</summary>
    public static bool IsLoss(Exception fault) =>
        fault is HttpRequestException or IOException or (TimeoutException and not FleetUnreachableException);

    /// <summary>Asks until there is an answer.</summary>
    /// <param name="request">Makes the request, for each try.</param>
    /// <param name="within">How long to try; one try gets half of it.</param>
    /// <param name="about">What is asked, for the error.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <param name="passes">What besides the usual can be mended by waiting.</param>
    /// <returns>The answer, which is null for one without a body, and how often it was asked for.</returns>
    /// <exception cref="RefusedException">Refused for good.</exception>
    /// <exception cref="RateLimitedException">Not within the time.</exception>
    /// <exception cref="FleetUnreachableException">No answer within the time.</exception>
    public async Task<(T? Answer, int Times)> AskAsync<T>(
        Func<HttpRequestMessage> request, TimeSpan within, string about, CancellationToken cancellationToken, Func<Refusal, bool>? passes = null) where T : class
    {
        using var deadline = new CancellationTokenSource(within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token, disposing.Token);
        var (pauses, began) = (new Pauses(), time.GetTimestamp());
        Exception? last = null;
        try
        {
            for (var times = 1; ; times++)
            {
                TimeSpan? named = null;
                try
                {
                    return (await TryAsync<T>(request(), within / 2, either.Token), times);
                }
                catch (RefusedException e) when (e.Refusal.Passes || passes?.Invoke(e.Refusal) == true)
                {
                    (last, named) = (e, e.Refusal.RetryAfter);
                }
                catch (Exception e) when (IsLoss(e))
                {
                    last = e;
                }

                if (named > within - time.GetElapsedTime(began))
                    throw GivenUp(within, about, last);
                await Task.Delay(pauses.Next(named), time, either.Token);
            }
        }
        catch (OperationCanceledException e) when (disposing.IsCancellationRequested)
        {
            throw new ObjectDisposedException("The MillraceClient has been disposed.", e);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw GivenUp(within, about, last);
        }
    }

    /// <summary>Asks once.</summary>
    public async Task<T?> TryAsync<T>(
        HttpRequestMessage request, TimeSpan within, CancellationToken cancellationToken) where T : class
    {
        using var deadline = Deadline.After(within, time, cancellationToken);
        try
        {
            using (request)
            {
                using var answer = await AnswerAsync(request, deadline.Token);
                await using var body = await answer.Content.ReadAsStreamAsync(deadline.Token);
                return typeof(T) == typeof(NoAnswer) ? null : await JsonSerializer.DeserializeAsync<T>(body, ContractsJson.Options, deadline.Token);
            }
        }
        catch (JsonException e)
        {
            throw new FleetUnreachableException($"{Where} answered with something else. Check that it is the address of a gateway, and that it is as new as this client.", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"No answer within {within.TotalSeconds:0.###} s.", e);
        }
    }

    /// <summary>Asks once and leaves the answer open when its head is there.</summary>
    public async Task<HttpResponseMessage> OpenAsync(
        HttpRequestMessage request, TimeSpan within, CancellationToken cancellationToken)
    {
        using var deadline = Deadline.After(within, time, cancellationToken);
        try
        {
            return await AnswerAsync(request, deadline.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"No answer within {within.TotalSeconds:0.###} s.", e);
        }
    }

    /// <summary>Ends the waiting of all.</summary>
    public void Dispose()
    {
        disposing.Cancel();
        http.Dispose();
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (answer.IsSuccessStatusCode)
            return answer;
        using (answer)
            throw new RefusedException(await Refusal.ReadAsync(answer, time, cancellationToken));
    }

    private Exception GivenUp(TimeSpan within, string about, Exception? last) => last switch
    {
        RefusedException { Refusal: { Status: 429 } limited } => limited.ToException(Where),
        RefusedException { Refusal.Passes: false } => last,
        _ => new FleetUnreachableException(
            $"The gateway at {Where} did not answer {about} within {within.TotalSeconds:0.###} s{(last is null ? "" : $" ({last.Message})")}. " +
            "It may have arrived; sending it again with the same id is safe.",
            last),
    };
}
