using Microsoft.AspNetCore.Http;

namespace Millrace.Gateway.Operations;

/// <summary>Marks a route whose calls last: they wait, stream, or carry much. A caller may have only so many open.</summary>
/// <param name="Parameter">They last only where this parameter of the query is given; null for always.</param>
internal sealed record Lasting(string? Parameter)
{
    public static bool Is(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<Lasting>() is { } lasting
        && (lasting.Parameter is null || http.Request.Query.ContainsKey(lasting.Parameter));
}
