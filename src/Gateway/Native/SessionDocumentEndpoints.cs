using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Millrace.Client;
using Millrace.Client.Sessions;
using Millrace.Contracts;
using Millrace.Gateway.Access;
using Millrace.Gateway.Operations;
using Millrace.Gateway.Quotas;
using Millrace.Gateway.Requests;
using Millrace.Persistence.Sessions;

namespace Millrace.Gateway.Native;

/// <summary><c>/api/sessions/{id}/export</c> and <c>/api/sessions/import</c>: sessions as documents.</summary>
internal static class SessionDocumentEndpoints
{
    private const int LargestDocument = 20 * 1024 * 1024;

    private const string Example = """
        {"schemaVersion":1,"session":{"systemPrompt":"You are a helpful assistant."},
         "messages":[{"role":"User","text":"My name is Ada."},{"role":"Assistant","text":"Pleased to meet you, Ada."}]}
        """;

    public static void MapSessionDocuments(this IEndpointRouteBuilder api)
    {
        var routes = api.MapGroup("/sessions").WithTags("Sessions").WithParameter("id", "The session.");
        routes.MapGet("/{id:guid}/export", ExportAsync).Needs(Scope.Read).Produces<SessionDocument>().ProducesProblem(404)
            .Lasts()
            .WithName("exportSession").WithSummary("Write a session as a document.");
        routes.MapPost("/import", ImportAsync).Needs(Scope.Sessions).WithMetadata(new RequestSizeLimitAttribute(LargestDocument))
            .Accepts<SessionDocument>("application/json").Produces<SessionDescription>(201).Produces<SessionDescription>().ProducesProblem(400).ProducesProblem(409).ProducesProblem(413)
            .Lasts().TakesIdempotencyKey().WithExample(Example)
            .WithName("importSession").WithSummary("Make a session out of a document.")
            .WithDescription("The document, at most 20 MiB, is checked as a whole before anything is stored, and its messages are numbered and dated anew. The id is new, or the `Idempotency-Key`'s: a session that exists under it is answered with 200 as it is.");
    }

    private static async Task ExportAsync(Guid id, HttpContext http, SessionStore sessions, MillraceClient client)
    {
        await SessionEndpoints.FindAsync(id, http, sessions); // once the answer has begun it is too late to say so
        http.Response.ContentType = "application/json";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{id}.json\"";
        await client.Session(id, http.Caller().Tenant).ExportAsync(http.Response.Body, http.RequestAborted);
    }

    private static async Task<IResult> ImportAsync(HttpContext http, SessionStore sessions, SessionIds ids, MillraceClient client, SessionRoom room)
    {
        var (tenant, (id, isThere)) = (http.Caller().Tenant, await ids.ForNewAsync(http));
        if (isThere && await sessions.FindAsync(tenant, id, http.RequestAborted) is { } known) return TypedResults.Ok(known);
        using var document = new MemoryStream(); // it is checked as a whole anyway, and may not say beforehand how long it is
        await http.Request.Body.CopyToAsync(document, http.RequestAborted);
        await room.TakeAsync(tenant, 1, document.Length, http.RequestAborted);
        document.Position = 0;
        await client.ImportSessionAsync(document, id, tenant, http.RequestAborted);
        return TypedResults.Created($"/api/sessions/{id}", await SessionEndpoints.FindAsync(id, http, sessions));
    }
}
