using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Millrace.Gateway.Documents;

/// <summary>What the gateway says about itself.</summary>
internal static class DocumentServices
{
    public const string Name = "v1";

    public static IServiceCollection AddDocuments(this IServiceCollection services) => services.AddOpenApi(Name, document =>
    {
        document.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
    });

    public static void MapDocuments(this WebApplication app)
    {
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapScalarApiReference("/docs");
    }
}
