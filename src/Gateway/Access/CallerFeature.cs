using Microsoft.AspNetCore.Http;

namespace Millrace.Gateway.Access;

/// <summary>Keeps the caller with the request.</summary>
internal static class CallerFeature
{
    public static Caller Caller(this HttpContext http) => http.Features.Get<Caller>() ?? throw new InvalidOperationException("The route asks for no access.");

    public static void SetCaller(this HttpContext http, Caller caller) => http.Features.Set(caller);
}
