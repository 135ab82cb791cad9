using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Millrace.Gateway.Access;

/// <summary>Which calls last. In one place, so that it can be read as a whole and checked against the routes.</summary>
internal static class LastingRoutes
{
    /// <summary>By method and route; with a parameter's name for those that last only where it is given.</summary>
    internal static IReadOnlyDictionary<string, string?> All { get; } = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
    {
        // They wait for an answer, or stream it
        ["POST /generate"] = null,
        ["POST /stream"] = null,
        ["POST /v1/chat/completions"] = null,
        ["POST /v1/responses"] = null,
        ["GET /v1/responses/{id}"] = "stream",
        ["GET /api/generations/{id:guid}"] = "wait",
        ["GET /api/generations/{id:guid}/events"] = null,
        ["POST /api/generations/"] = null,

        // A worker answers
        ["POST /api/sessions/"] = null,
        ["POST /api/sessions/{id:guid}/fork"] = null,
        ["POST /api/sessions/{id:guid}/messages/"] = null,
        ["POST /api/sessions/questions"] = null,
        ["POST /api/sessions/operations"] = null,
        ["GET /api/capabilities"] = null,

        // They carry much
        ["POST /api/contents/"] = null,
        ["POST /api/sessions/import"] = null,
        ["GET /api/sessions/{id:guid}/export"] = null,
        ["GET /api/batches/{id:guid}/results"] = null,
        ["POST /v1/files"] = null,
        ["GET /v1/files/{id}/content"] = null,
    };

    public static bool Has(HttpContext http) =>
        http.GetEndpoint() is RouteEndpoint route
        && All.TryGetValue($"{http.Request.Method} {route.RoutePattern.RawText}", out var parameter)
        && (parameter is null || http.Request.Query.ContainsKey(parameter));
}
