using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Millrace.Client;
using Millrace.Contracts;
using Millrace.Dialects.Errors;
using Millrace.Gateway.Access;
using Millrace.Gateway.Operations;
using Millrace.Gateway.Requests;
using Millrace.Persistence.Contents;

namespace Millrace.Gateway.Native;

/// <summary><c>/api/contents</c>: bytes that are too large for a request, to be attached by their id.</summary>
internal static class ContentEndpoints
{
    private const int Largest = 20 * 1024 * 1024;

    public static void MapContents(this IEndpointRouteBuilder api)
    {
        var routes = api.MapGroup("/contents").WithTags("Contents").WithParameter("id", "The content.");
        routes.MapPost("/", UploadAsync).Needs(Scope.Generate).WithMetadata(new RequestSizeLimitAttribute(Largest))
            .Produces<ContentView>(201).ProducesProblem(400).ProducesProblem(413).ProducesProblem(429)
            .Lasts()
            .WithMetadata(new BytesBody("The bytes, at most 20 MiB.", [.. MediaTypes.Images, .. MediaTypes.Texts, "application/octet-stream"]))
            .WithMetadata(new BodyExample("text/plain", "Plain text."))
            .WithName("uploadContent").WithSummary("Store a picture or a text.")
            .WithDescription("The body is the bytes, at most 20 MiB, with their `Content-Type`; without one, or as `application/octet-stream`, a picture's bytes or the name's ending say what it is. Attach it as `{\"contentId\":\"…\"}`. It is kept until it has not been used for the workers' `ContentRetention`, 30 days by default.");
        routes.MapGet("/{id:guid}", HeadAsync).Needs(Scope.Read).Produces<ContentView>().ProducesProblem(404)
            .WithName("getContent").WithSummary("Look at what is stored, without its bytes.");
        routes.MapGet("/", ListAsync).Needs(Scope.Read).Produces<Page<ContentView>>().ProducesProblem(400)
            .WithName("listContents").WithSummary("List what is stored, the latest first, without the bytes.");
        routes.MapDelete("/{id:guid}", DeleteAsync).Needs(Scope.Generate).Produces(204).ProducesProblem(404)
            .WithName("deleteContent").WithSummary("Remove what is stored.")
            .WithDescription("At once, whatever refers to it. A generation that has not read it by then fails with `InvalidRequest`; a session's message that has it stays, and the model is told that an attachment stood there.");
    }

    private static async Task<Created<ContentView>> UploadAsync(
        [Description("The file's name, shown to the model with a text: one line of at most 256 characters. Default: the filename of Content-Disposition, or none.")] string? name,
        HttpContext http, MillraceClient client)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var bytes = body.GetBuffer().AsMemory(0, (int)body.Length);
        var stored = await client.UploadAsync(bytes, Said(http), name ?? NameIn(http), http.Caller().Tenant, http.RequestAborted);
        return TypedResults.Created(
            $"/api/contents/{stored.ContentId}",
            new ContentView { ContentId = stored.ContentId!.Value, MediaType = stored.MediaType!, Name = stored.Name, Bytes = body.Length });
    }

    private static async Task<Ok<ContentView>> HeadAsync(Guid id, HttpContext http, ContentStore contents)
    {
        var head = await contents.FindAsync(http.Caller().Tenant, id, longestText: 0, http.RequestAborted) ?? throw FaultException.NotFound($"There is no content {id}.");
        return TypedResults.Ok(new ContentView { ContentId = id, MediaType = head.MediaType, Name = head.Name, Bytes = head.Length });
    }

    private static async Task<Ok<Page<ContentView>>> ListAsync(int? limit, string? cursor, HttpContext http, ContentStore contents)
    {
        var most = PageLimit.Of(limit);
        var found = await contents.ListAsync(http.Caller().Tenant, Cursor.Id(cursor), most + 1, http.RequestAborted);
        var views = found.ConvertAll(content => new ContentView { ContentId = content.Id, MediaType = content.MediaType, Name = content.Name, Bytes = content.Length });
        return TypedResults.Ok(Page<ContentView>.Of(views, most, content => Cursor.Of(content.ContentId)));
    }

    private static async Task<NoContent> DeleteAsync(Guid id, HttpContext http, ContentStore contents) =>
        await contents.DeleteAsync(http.Caller().Tenant, id, http.RequestAborted) ? TypedResults.NoContent() : throw FaultException.NotFound($"There is no content {id}.");

    /// <summary>What programs send that do not know what they send says nothing.</summary>
    private static string? Said(HttpContext http) =>
        MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) && type.MediaType.Value is not ("application/octet-stream" or "application/x-www-form-urlencoded")
            ? http.Request.ContentType : null;

    private static string? NameIn(HttpContext http) =>
        ContentDispositionHeaderValue.TryParse(http.Request.Headers.ContentDisposition.ToString(), out var disposition)
            ? HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value : null;
}
