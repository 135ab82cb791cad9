using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Text.Json;
using Millrace.Client.Errors;
using Millrace.Contracts;

namespace Millrace.Client.Http;

/// <summary>What a gateway, or what stands before it, says instead of an answer.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The gateway's word for programs. Absent: it was not a gateway that spoke.</param>
/// <param name="Detail">Cause, rule and choices.</param>
/// <param name="GenerationId">The generation that it is about.</param>
/// <param name="RetryAfter">When to try again.</param>
internal sealed record Refusal(int Status, string? Code, string? Detail, Guid? GenerationId, TimeSpan? RetryAfter)
{
    private const int Longest = 64 * 1024;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    /// <summary>Trying again can help. (What is said about a generation is said by the fleet, and stays so.)</summary>
    public bool Passes => Status is 408 or 429 or >= 500 && GenerationId is null && Code is not ("no_workers" or "storage_quota_exceeded");

    /// <summary>The gateway knows no such generation. A server that is no gateway answers 404 too, without a code.</summary>
    public bool IsUnknown => this is { Status: 404, Code: "not_found" };

    public static async Task<Refusal> ReadAsync(
        HttpResponseMessage answer, TimeProvider time, CancellationToken cancellationToken)
    {
        var status = (int)answer.StatusCode;
        var after = After(answer.Headers.RetryAfter, time);
        if (answer.Content.Headers.ContentType?.MediaType is not ("application/problem+json" or "application/json"))
            return new(status, null, null, null, after);
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var bytes = new byte[Longest];
        var length = await body.ReadAtLeastAsync(bytes, Longest, throwOnEndOfStream: false, cancellationToken);
        return Of(bytes.AsSpan(0, length)) is { } told ? told with { Status = status, RetryAfter = after } : new(status, null, null, null, after);
    }

    /// <summary>Problem details; null if it is something else.</summary>
    public static Refusal? Of(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<Problem>(json, ContractsJson.Options) is { } told ? new(told.Status, told.Code, told.Detail, told.GenerationId, null) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What it is to who called.</summary>
    /// <param name="gateway">Where the gateway is, for the message.</param>
    [SuppressMessage("Usage", "MA0015", Justification = "It is about what the caller gave to another method.")]
    public Exception ToException(string gateway) => Status switch
    {
        401 or 403 => new AccessRefusedException(Detail ?? $"The gateway at {gateway} answered {Status}."),
        429 => new RateLimitedException(Detail ?? $"The gateway at {gateway} takes no more calls for now.", RetryAfter ?? Soon),
        _ when Code == "no_workers" => new NoWorkersException(Detail ?? $"The gateway at {gateway} has no workers."),
        404 or 405 or < 400 => new FleetUnreachableException($"{gateway} answered {Status}: {Detail ?? "it knows nothing there."} Check that it is the address of a gateway."),
        < 500 => new ArgumentException(Detail ?? $"The gateway at {gateway} answered {Status}."),
        _ => new FleetUnreachableException($"The gateway at {gateway} answered {Status}{(Detail is null ? "." : $": {Detail}")}"),
    };

    private static TimeSpan? After(RetryConditionHeaderValue? header, TimeProvider time)
    {
        var after = header?.Delta ?? header?.Date - time.GetUtcNow();
        return after < TimeSpan.Zero ? TimeSpan.Zero : after;
    }

    private sealed record Problem(int Status, string? Code, string? Detail, Guid? GenerationId);
}
