using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Millrace.Client;
using Millrace.Gateway.Access;
using Millrace.Gateway.Errors;
using Millrace.Persistence;

namespace Millrace.Gateway.Native;

/// <summary><c>/api/contents</c>: bytes that are too large for a request, to be attached by their id.</summary>
internal static class ContentFace
{
    private const int Largest = 20 * 1024 * 1024;

    public static void MapContents(this IEndpointRouteBuilder api)
    {
        var routes = api.MapGroup("/contents").WithTags("Contents");
        routes.MapPost("/", UploadAsync).Needs(Scope.Generate).WithMetadata(new RequestSizeLimitAttribute(Largest))
            .Produces<ContentView>(201).ProducesProblem(400).ProducesProblem(413)
            .WithName("uploadContent").WithSummary("Store a picture or a text.")
            .WithDescription("The body is the bytes, at most 20 MiB, with their `Content-Type`; without one, or as `application/octet-stream`, a picture's bytes or the name's ending say what it is. Attach it as `{\"contentId\":\"…\"}`. It is kept until it has not been used for the workers' `ContentRetention`, 30 days by default.");
        routes.MapGet("/{id:guid}", HeadAsync).Needs(Scope.Read).Produces<ContentView>().ProducesProblem(404)
            .WithName("getContent").WithSummary("Look at what is stored, without its bytes.");
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

    /// <summary>What programs send that do not know what they send says nothing.</summary>
    private static string? Said(HttpContext http) =>
        MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) && type.MediaType.Value is not ("application/octet-stream" or "application/x-www-form-urlencoded")
            ? http.Request.ContentType : null;

    private static string? NameIn(HttpContext http) =>
        ContentDispositionHeaderValue.TryParse(http.Request.Headers.ContentDisposition.ToString(), out var disposition)
            ? HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value : null;
}

/// <summary>Stored bytes without the bytes.</summary>
internal sealed record ContentView
{
    [Description("Its id, for an attachment's contentId.")]
    public required Guid ContentId { get; init; }

    [Description("What it is: one of image/png, image/jpeg, image/gif, image/webp, text/plain, text/markdown, text/csv, application/json.")]
    public required string MediaType { get; init; }

    [Description("The file's name, if it has one.")]
    public string? Name { get; init; }

    [Description("How many bytes there are.")]
    public required long Bytes { get; init; }
}
