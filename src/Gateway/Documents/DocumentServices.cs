using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Millrace.Gateway.Access;
using Scalar.AspNetCore;

namespace Millrace.Gateway.Documents;

/// <summary>
/// What the gateway says about itself: <c>/openapi/v1.json</c> for its own two faces (OpenAI's has its own document), <c>/asyncapi/v1.json</c> for the messages
/// on the broker, and <c>/docs</c> to look at both. All of it is made from the code, so it is right by itself; none of it is behind a key.
/// </summary>
internal static class DocumentServices
{
    private const string Version = "v1";

    public static IServiceCollection AddDocuments(this IServiceCollection services) => services.AddOpenApi(Version, document =>
    {
        document.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        document.ShouldInclude = operation => operation.RelativePath is { } path && (path is "generate" or "stream" || path.StartsWith("api/", StringComparison.Ordinal));
        document.AddSchemaTransformer((schema, context, _) => SchemaFacts.AddAsync(schema, context));
        document.AddOperationTransformer((operation, context, cancellation) => OperationFacts.AddAsync(operation, context, cancellation));
        document.AddDocumentTransformer((whole, _, _) => DocumentFacts.AddAsync(whole));
    });

    public static void MapDocuments(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", () => Results.Redirect("/docs")).ExcludeFromDescription().NeedsNoKey(); // where somebody with a browser begins
        routes.MapOpenApi("/openapi/{documentName}.json").NeedsNoKey();
        routes.MapGet($"/asyncapi/{Version}.json", () => Results.Text(AsyncApiDocument.Text, "application/json")).ExcludeFromDescription().NeedsNoKey();
        routes.MapScalarApiReference("/docs", page => page
            .WithTitle("Millrace")
            .AddDocument(Version, "HTTP").AddAsyncApiDocument(Version, "Messages", "/asyncapi/{documentName}.json")
            .DisableDefaultFonts().DisableTelemetry().DisableAgent().DisableMcp()).NeedsNoKey(); // nothing is fetched from elsewhere
    }
}
