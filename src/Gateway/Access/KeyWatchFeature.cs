using Microsoft.AspNetCore.Http;
using Millrace.Dialects.Errors;

namespace Millrace.Gateway.Access;

/// <summary>Keeps the watch with the request.</summary>
internal static class KeyWatchFeature
{
    /// <summary>Null where no keys are asked for.</summary>
    public static KeyWatch? KeyWatch(this HttpContext http) => http.Features.Get<KeyWatch>();

    /// <summary>Looks at the key of a call that has waited.</summary>
    /// <exception cref="FaultException">The key is no longer valid.</exception>
    public static Task LookAtKeyAsync(this HttpContext http) => http.KeyWatch()?.LookAsync(http.RequestAborted) ?? Task.CompletedTask;
}
