using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Millrace.Dialects.Errors;
using Millrace.Gateway.Settings;

namespace Millrace.Gateway.Access;

/// <summary>
/// Before everything that the server answers: (1) where no keys are asked for, does the call come from a program of this machine and not from a web page; this
/// goes for documents and metrics, too, (2) what does the route need, (3) where keys are asked for, whose key is this, and may it, (4) has the caller so many
/// calls open already that last.
/// </summary>
internal sealed class ApiKeyMiddleware(RequestDelegate next, KeyRing keys, KeyRule rule, OpenCalls calls, IOptions<GatewayOptions> options, TimeProvider time)
{
    private const string Bearer = "Bearer ";

    public async Task InvokeAsync(HttpContext http)
    {
        // 1
        var asksForKeys = await rule.AsksForKeysAsync(http.RequestAborted);
        if (!asksForKeys) http.SetCaller(Local(http));
        if (http.GetEndpoint() is { } route && route.Metadata.GetMetadata<Guarded>() is not null)
        {
            // 2
            var needed = route.Metadata.GetMetadata<NeededAccess>() ?? throw new InvalidOperationException($"{route.DisplayName} says nothing of the access that it needs.");
            // 3
            if (asksForKeys && needed.Scope is { } scope) http.SetCaller(await WithKeyAsync(http, route, scope));
        }
        // 4
        using var place = http.Features.Get<Caller>() is { } caller ? calls.Enter(http, caller) : null;
        await next(http);
    }

    private async Task<Caller> WithKeyAsync(HttpContext http, Endpoint route, Scope scope)
    {
        if (KeyOf(http.Request) is not { Length: > 0 } text)
            throw new FaultException(KeyState.Unknown("There is no API key with the call. Send it as 'Authorization: Bearer mr_…', or as 'x-api-key: mr_…'."));
        var key = await keys.FindAsync(text, http.Connection.RemoteIpAddress, http.RequestAborted);
        if (KeyState.FaultOf(key) is { } fault) throw new FaultException(fault);
        if (!Scopes.Allow(key!.Scopes, scope)) throw Missing(scope, key.Scopes);
        if (key.IsLimited && route.Metadata.GetMetadata<SpendsUncounted>() is not null) throw Limited();
        var caller = new Caller(key.Tenant, key.Id) { IsLimited = key.IsLimited };
        if (key.IsLimited) http.Response.OnStarting(() => LimitHeaders.WriteAsync(http.Response.Headers, caller.Use));
        http.Features.Set(new KeyWatch(keys, text, time));
        return caller;
    }

    private Caller Local(HttpContext http)
    {
        var request = http.Request;
        if (!KeyRule.IsLoopbackHost(request.Host.Host)) // a name of somebody else's that leads here
            throw Forbidden($"The call is for the host '{Short(request.Host.Host)}'. Without API keys only localhost, 127.0.0.1 and [::1] are answered; behind a proxy set Millrace:Gateway:RequireKeys to true.");
        if (request.Headers.Origin.ToString() is { Length: > 0 } origin && !IsAllowed(origin, $"{request.Scheme}://{request.Host}"))
            throw Forbidden($"The web page '{Short(origin)}' may not call. Pages that may: Millrace:Gateway:AllowedOrigins.");
        return Caller.Local;
    }

    private bool IsAllowed(string origin, string own) =>
        string.Equals(origin, own, StringComparison.OrdinalIgnoreCase) || options.Value.AllowedOrigins.Any(allowed => allowed == "*" || allowed == origin);

    private static string? KeyOf(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..].Trim() : request.Headers["x-api-key"].ToString().Trim();
    }

    private static string Short(string text) => text.Length <= 100 ? text : text[..100] + "…";

    private static FaultException Missing(Scope scope, string has) => new(new(403, "missing_scope",
        $"The API key lacks the scope '{Scopes.NameOf(scope)}'; it has: {has}. Make one with 'keys create --scopes'."));

    private static FaultException Limited() => new(new(403, "limited_key",
        "The API key has limits, and the requests of a batch do not count against them. Use a key without limits ('keys create'), or send the requests one by one."));

    private static FaultException Forbidden(string message) => new(new(403, "forbidden", message));
}
