using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Millrace.Client;
using Millrace.Dialects.Errors;
using Millrace.Gateway.Access;
using Millrace.Gateway.Requests;

namespace Millrace.Gateway.OpenAI.Models;

/// <summary>
/// <c>GET /v1/models</c>: the aliases, and each provider with its default model as <c>provider/model</c>. Other models of a provider can be asked for by name;
/// nobody here knows all of them.
/// </summary>
internal static class ModelEndpoints
{
    public static void MapModels(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/models", ListAsync).Needs(Scope.Read);
        v1.MapGet("/models/{**id}", FindAsync).Needs(Scope.Read);
    }

    private static async Task<IResult> ListAsync(MillraceClient client, ModelNames names, CancellationToken cancellation) =>
        Results.Json(new { @object = "list", data = await AllAsync(client, names, cancellation) });

    private static async Task<IResult> FindAsync(string id, MillraceClient client, ModelNames names, CancellationToken cancellation)
    {
        id = Uri.UnescapeDataString(id); // a slash that a client has escaped stays escaped in a route
        var all = await AllAsync(client, names, cancellation);
        if (all.FirstOrDefault(model => model.Id == id) is { } listed) return Results.Json(listed);
        // One that is not listed may still be asked for, if its provider is there
        if (id.Split('/', 2) is [var provider, { Length: > 0 }] && all.Any(model => model.OwnedBy == provider)) return Results.Json(new Model(id, provider));
        throw new FaultException(new(404, "model_not_found", $"The model '{id}' does not exist. Models: {string.Join(", ", all.Select(model => model.Id))}.") { Param = "model" });
    }

    private static async Task<List<Model>> AllAsync(MillraceClient client, ModelNames names, CancellationToken cancellation)
    {
        var known = await client.CapabilitiesAsync(cancellationToken: cancellation);
        return [.. names.Aliases.Select(alias => new Model(alias, "alias")), .. known.Select(entry => new Model(entry.Model is { } model ? $"{entry.Provider}/{model}" : entry.Provider, entry.Provider))];
    }

    /// <summary>An entry of the list. The fleet does not know when a model was made: <c>created</c> is 0.</summary>
    private sealed record Model(string Id, [property: JsonPropertyName("owned_by")] string OwnedBy, string Object = "model", long Created = 0);
}
