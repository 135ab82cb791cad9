using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Millrace.Dialects.Errors;
using Millrace.Gateway.Access;
using Millrace.Gateway.Operations;
using Millrace.Persistence.Model;

namespace Millrace.Gateway.Requests;

/// <summary>
/// <c>Idempotency-Key</c> (draft-ietf-httpapi-idempotency-key-header): the same key of the same tenant is the same generation, whichever gateway gets it, for
/// as long as the generation is kept. Nothing is stored for it: the key is the id.
/// </summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    private const int Longest = 255;
    private static readonly Guid Space = new("5c1f2d8e-9d3a-4f0b-8a53-1f0c7c6b2e11");

    /// <summary>The operation takes it; its document says so.</summary>
    public static TBuilder TakesIdempotencyKey<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder => route.WithHeader(
        Header, "1 to 255 characters of your own choice. The same key of the same tenant is the same request, at any gateway: what it makes is made once. Default: none.");

    /// <summary>The id for a new generation: the key's, or a new one.</summary>
    public static Guid GenerationIdFor(HttpContext http, TimeProvider time) =>
        Given(http) is { } key ? NamedId.Of(Space, $"{http.Caller().Tenant}/{key}") : Guid.CreateVersion7(time.GetUtcNow());

    /// <summary>The id for something else that is made, or for the request that makes it. The same key of another kind of thing is another one.</summary>
    /// <param name="http">The call.</param>
    /// <param name="kind">What is made, and where.</param>
    /// <param name="time">The clock for new ids.</param>
    public static Guid IdFor(HttpContext http, string kind, TimeProvider time) =>
        Given(http) is { } key ? NamedId.Of(Space, $"{kind}/{http.Caller().Tenant}/{key}") : Guid.CreateVersion7(time.GetUtcNow());

    /// <summary>Whether the call has one, so that what it asks for may have been asked before.</summary>
    public static bool IsGiven(HttpContext http) => http.Request.Headers.ContainsKey(Header);

    /// <summary>An id that a caller has chosen. One of version 5 is refused: whoever computes what a key of another tenant will become could take it first.</summary>
    public static Guid? Chosen(Guid? id, string param) => id is not { Version: 5 } ? id : throw Reserved(param, "Choose one of version 4 or 7");

    /// <summary>An id of version 5 is none to choose.</summary>
    public static FaultException Reserved(string param, string choice) =>
        FaultException.BadRequest($"{param} is a UUID of version 5; those are made from {Header}s. {choice}, or send the key.", param);

    private static string? Given(HttpContext http)
    {
        var given = http.Request.Headers[Header];
        if (given.Count == 0) return null;
        var key = given.ToString();
        return key.Length is > 0 and <= Longest ? key : throw FaultException.BadRequest($"{Header} has {key.Length} characters; it must have 1 to {Longest}.", Header);
    }
}
