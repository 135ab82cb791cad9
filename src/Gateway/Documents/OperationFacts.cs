using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Millrace.Gateway.Operations;
using Millrace.Gateway.Usage;

namespace Millrace.Gateway.Documents;

/// <summary>What an operation says of itself by its metadata, and what can go wrong with any.</summary>
internal static class OperationFacts
{
    /// <summary>What any call can end in.</summary>
    private static readonly string[] Anywhere = ["401", "403", "429", "500", "503"];

    public static async Task AddAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        var problem = await context.GetOrCreateSchemaAsync(typeof(ProblemDetails), null, cancellation);
        context.Document!.AddComponent("ProblemDetails", problem);
        var facts = context.Description.ActionDescriptor.EndpointMetadata;
        AddHeaders(operation, facts);
        if (facts.OfType<BytesBody>().FirstOrDefault() is { } bytes) operation.RequestBody = Bytes(bytes);
        foreach (var csv in operation.Responses!.Values.SelectMany(response => response.Content ?? new Dictionary<string, OpenApiMediaType>()).Where(content => content.Key == UsageCsv.MediaType))
            csv.Value.Schema = new OpenApiSchema { Type = JsonSchemaType.String };
        foreach (var status in Anywhere.Where(status => !operation.Responses!.ContainsKey(status))) operation.Responses![status] = new OpenApiResponse();
        foreach (var (status, response) in operation.Responses!.Where(one => one.Key[0] is '4' or '5')) Describe((OpenApiResponse)response, status, context.Document);
        AddExamples(operation, facts);
        AddMeanings(operation, facts);
    }

    private static void AddHeaders(OpenApiOperation operation, IEnumerable<object> facts)
    {
        operation.Parameters ??= [];
        foreach (var header in facts.OfType<HeaderFact>()) operation.Parameters.Add(Header(header));
    }

    private static void AddExamples(OpenApiOperation operation, IEnumerable<object> facts)
    {
        foreach (var example in facts.OfType<BodyExample>())
        {
            if (operation.RequestBody?.Content?.TryGetValue(example.ContentType, out var content) == true)
                content.Example = example.ContentType == "application/json" ? JsonNode.Parse(example.Text) : example.Text;
        }
    }

    private static void AddMeanings(OpenApiOperation operation, IEnumerable<object> facts)
    {
        var meanings = facts.OfType<ParameterFact>().ToLookup(fact => fact.Name, fact => fact.Description);
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            parameter.Description ??= meanings[parameter.Name!].LastOrDefault() ?? CommonParameters.MeaningOf(parameter.Name!);
            parameter.Example = CommonParameters.ValueOf(parameter.Name!);
        }
    }

    /// <summary>The route itself says nothing about its body: what it cannot take, its answer should name.</summary>
    private static OpenApiRequestBody Bytes(BytesBody body) => new()
    {
        Required = true,
        Description = body.Description,
        Content = body.MediaTypes.ToDictionary(type => type, _ => new OpenApiMediaType
        {
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" },
        }),
    };

    private static void Describe(OpenApiResponse response, string status, OpenApiDocument document)
    {
        response.Description = Meaning(status);
        var content = new OpenApiMediaType
        {
            Schema = new OpenApiSchemaReference("ProblemDetails", document),
            Example = Problem(status),
        };
        response.Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = content };
    }

    private static OpenApiParameter Header(HeaderFact header) => new()
    {
        Name = header.Name,
        In = ParameterLocation.Header,
        Description = header.Description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static string Meaning(string status) => status switch
    {
        "400" => "What was sent breaks a rule, or the model's context; `param` names the field, if it is one.",
        "401" => "There is no API key, or none that is known.",
        "402" => "The tenant's budget has no room for it.",
        "403" => "The API key may not do this.",
        "404" => "There is no such thing, or it is another tenant's; or no such provider or model.",
        "409" => "It cannot be done as things stand: another request has the id, or the state does not allow it.",
        "410" => "What was asked for was there and is gone: chunks that are no longer kept, or a generation that was erased.",
        "413" => "The body is too large.",
        "422" => "The generation ended without an answer that may be given: filtered, too long, too many steps, or not in the form that was asked for.",
        "429" => "Too much at a time, of the key or at the provider. `Retry-After` says when to try again.",
        "502" => "The provider failed, also when it refused the fleet's key.",
        "503" => "The fleet or the provider cannot be reached, or this gateway is stopping. `Retry-After` says when to try again; with the same Idempotency-Key that is safe.",
        "504" => "It took too long: the provider's time, the request's `notAfter`, or this call's; in the last case the generation goes on.",
        _ => "The gateway failed; its log has more.",
    };

    private static JsonObject Problem(string status) => status switch
    {
        "404" => Problem(404, "Not Found", "not_found", "There is nothing of this id."),
        "409" => Problem(409, "Conflict", "different_request", "It exists with a different request; it is untouched."),
        "410" => Problem(410, "Gone", "chunks_expired", "The chunks are no longer kept."),
        "429" => Problem(429, "Too Many Requests", "rate_limited", "The provider takes no more requests for now."),
        _ => Problem(int.Parse(status, CultureInfo.InvariantCulture), Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(int.Parse(status, CultureInfo.InvariantCulture)), CodeOf(status), Meaning(status)),
    };

    private static string CodeOf(string status) => status switch
    {
        "400" => "invalid_request",
        "401" => "unauthorized",
        "402" => "budget_exceeded",
        "403" => "forbidden",
        "413" => "too_large",
        "422" => "content_filtered",
        "502" => "provider_error",
        "503" => "fleet_unreachable",
        "504" => "timeout",
        _ => "internal",
    };

    private static JsonObject Problem(int status, string title, string code, string detail) =>
        new() { ["type"] = "about:blank", ["title"] = title, ["status"] = status, ["detail"] = detail, ["code"] = code };
}
