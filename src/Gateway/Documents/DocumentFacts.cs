using Microsoft.OpenApi;

namespace Millrace.Gateway.Documents;

/// <summary>What the document says at its top.</summary>
internal static class DocumentFacts
{
    private const string About = """
        Generations by the fleet: a prompt in and text out (`/generate`, `/stream`), or everything that a generation, a session or an attachment can be
        (`/api`). Any gateway answers for any generation. JSON is camelCase under `/api` and snake_case in the simple face, times are UTC (ISO 8601), ids are UUIDs; what is absent has its
        default or is not known yet. A field or parameter that does not exist is refused. Errors are problem details with a `code` for programs.
        """;

    private static readonly (string Name, string Description)[] Tags =
    [
        ("Simple", "A prompt in, text out."),
        ("Generations", "One request and everything done for it."),
        ("Tools", "What a model called, and people's consent."),
        ("Sessions", "Conversations that the fleet keeps."),
        ("Batches", "Files of thousands of requests: how they get on."),
        ("Contents", "Pictures and texts that are too large for a request."),
        ("Webhooks", "Who is told of the end of generations, and what came of it."),
        ("Fleet", "What it can do, who is there, what waits."),
    ];

    public static Task AddAsync(OpenApiDocument document)
    {
        document.Info = new() { Title = "Millrace", Version = "v1", Description = About.ReplaceLineEndings(" ") };
        document.Servers = [new() { Url = "/" }]; // whichever gateway the document came from
        document.Tags = Tags.Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Description }).ToHashSet();
        document.Components!.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            ["bearer"] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "`Authorization: Bearer <API key>`. A gateway that asks for no keys takes calls without it.",
            },
        };
        document.Security = [new() { [new OpenApiSecuritySchemeReference("bearer", document)] = [] }];
        return Task.CompletedTask;
    }
}
