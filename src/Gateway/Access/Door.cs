using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Millrace.Gateway.Errors;
using Millrace.Gateway.Hosting;

namespace Millrace.Gateway.Access;

/// <summary>
/// Before every route of the gateway: (1) what does it need, (2) where keys are asked for, whose key is this, and may it, (3) where they are not, does the
/// call come from a program of this machine and not from a web page.
/// </summary>
internal sealed class Door(RequestDelegate next, KeyRing keys, KeyRule rule, IOptions<GatewayOptions> options)
{
    private const string Bearer = "Bearer ";

    public async Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint() is { } route && route.Metadata.GetMetadata<Guarded>() is not null)
        {
            // 1
            var needed = route.Metadata.GetMetadata<NeededAccess>() ?? throw new InvalidOperationException($"{route.DisplayName} says nothing of the access that it needs.");
            // 2, 3
            if (!await rule.AsksForKeysAsync(http.RequestAborted)) http.SetCaller(Local(http));
            else if (needed.Scope is { } scope) http.SetCaller(await WithKeyAsync(http, scope));
        }
        await next(http);
    }

    private async Task<Caller> WithKeyAsync(HttpContext http, Scope scope)
    {
        if (KeyOf(http.Request) is not { Length: > 0 } text) throw Unknown("There is no API key with the call. Send it as 'Authorization: Bearer mr_…', or as 'x-api-key: mr_…'.");
        var key = await keys.FindAsync(text, http.RequestAborted) ?? throw Unknown("The API key is not known. Check that it is whole; 'keys list' shows how each one begins.");
        if (key.IsRevoked) throw Unknown("The API key was revoked. Use another one.");
        if (key.HasExpired) throw Unknown("The API key has expired. Use another one.");
        if (!Scopes.Read(key.Scopes).Contains(scope)) throw Missing(scope, key.Scopes);
        var caller = new Caller(key.Tenant, key.Id) { IsLimited = key.IsLimited };
        if (key.IsLimited) http.Response.OnStarting(() => LimitHeaders.WriteAsync(http.Response.Headers, caller.Use));
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

    private static FaultException Unknown(string message) => new(new(401, "invalid_api_key", message));

    private static FaultException Missing(Scope scope, string has) => new(new(403, "missing_scope",
        $"The API key lacks the scope '{Scopes.NameOf(scope)}'; it has: {has}. Make one with 'keys create --scopes'."));

    private static FaultException Forbidden(string message) => new(new(403, "forbidden", message));
}
