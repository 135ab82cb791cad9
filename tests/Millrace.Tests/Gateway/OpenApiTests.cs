using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Json.Schema;
using Millrace.Tests.Batches;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Gateway;

/// <summary>The document of the gateway's own faces: whole, and its examples work.</summary>
[Integration]
public sealed partial class OpenApiTests(GatewayAlone given) : IClassFixture<GatewayAlone>
{
    /// <summary>What has no meaning beyond its name.</summary>
    private static readonly string[] Plain = ["sessionId", "channel", "provider", "model", "generationId", "receivedAt", "startedAt", "finishedAt", "endedAt", "requestedAt", "id", "input_tokens", "output_tokens", "total_tokens"];

    [Fact]
    public async Task Every_operation_says_what_it_is_and_what_can_go_wrong()
    {
        var document = await DocumentAsync();
        var operations = Operations(document).ToList();

        Assert.Equal("3.1.1", document.Text("openapi"));
        Assert.Equal("bearer", document.GetProperty("components").GetProperty("securitySchemes").GetProperty("bearer").Text("scheme"));
        Assert.All(operations, one =>
        {
            Assert.False(string.IsNullOrEmpty(one.Operation.Text("summary")), one.Id);
            Assert.All(["401", "429", "503"], status => Assert.True(one.Operation.GetProperty("responses").GetProperty(status).GetProperty("content").TryGetProperty("application/problem+json", out _), one.Id));
            Assert.All(one.Parameters, parameter => Assert.True(parameter.TryGetProperty("description", out _), $"{one.Id}: {parameter.Text("name")}"));
        });
        Assert.Equal(operations.Count, operations.Select(one => one.Id).Distinct().Count());
        Assert.DoesNotContain(operations, one => one.Path.StartsWith("/v1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_field_says_what_it_means_unless_its_name_does()
    {
        var schemas = (await DocumentAsync()).GetProperty("components").GetProperty("schemas");

        Assert.All(schemas.EnumerateObject().Where(schema => schema.Value.TryGetProperty("properties", out _)), schema =>
            Assert.All(schema.Value.GetProperty("properties").EnumerateObject().Where(member => !Plain.Contains(member.Name)), member =>
                Assert.True(member.Value.GetRawText().Contains("\"description\"", StringComparison.Ordinal), $"{schema.Name}.{member.Name} says nothing")));
    }

    [Fact]
    public async Task Every_example_works_and_is_answered_as_the_document_says()
    {
        var document = await DocumentAsync();
        var ids = new Dictionary<string, string> { ["batches"] = await given.Http.EndedBatchAsync([BatchDesk.Line("line-1", "Hello.")]) }; // made under /v1, as OpenAI's API has it
        var order = Operations(document).OrderBy(one => one.Method switch { "post" when !one.Path.Contains('{') => 0, "delete" => 2, _ => 1 }).ThenByDescending(one => one.Path.Length).ToList();

        Assert.All(order.Where(one => one.Operation.TryGetProperty("requestBody", out _)), one => Assert.True(one.Example is not null, $"{one.Id} has no example"));
        foreach (var one in order)
        {
            using var request = RequestOf(one, ids);
            using var answer = await given.Http.SendAsync(request);
            var body = await answer.Content.ReadAsStringAsync();
            var status = ((int)answer.StatusCode).ToString();
            Assert.True(answer.IsSuccessStatusCode || one.Id is "decideToolCall" or "retryDelivery" or "retryBatch", $"{one.Id}: {status} {body}"); // those need something that has happened
            Assert.True(one.Operation.GetProperty("responses").TryGetProperty(status, out var response), $"{one.Id} is answered with {status}, which is not in the document");
            if (answer.Content.Headers.ContentType?.MediaType is { } type && type.EndsWith("json", StringComparison.Ordinal)) Check(document, response.GetProperty("content").GetProperty(type).GetProperty("schema"), body, one.Id);
            if (answer.Headers.Location?.ToString().Split('/')[^1] is { } made && Guid.TryParse(made, out _)) ids[Kind(one.Path)] = made;
            if (one.Id == "createGeneration") await given.Http.EndedAsync(ids["generations"]);
        }
    }

    [Fact]
    public async Task The_page_to_read_them_fetches_nothing_from_elsewhere()
    {
        var page = await given.Http.GetStringAsync(new Uri("/docs/", UriKind.Relative));
        using var script = await given.Http.GetAsync(new Uri("/docs/scalar.js", UriKind.Relative));

        Assert.DoesNotContain("://", page, StringComparison.Ordinal);
        Assert.Contains("openapi/v1.json", page, StringComparison.Ordinal);
        Assert.Contains("asyncapi/v1.json", page, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, "text/javascript"), (script.StatusCode, script.Content.Headers.ContentType!.MediaType));
        Assert.Equal("3.0.0", (await given.Http.GetFromJsonAsync<JsonElement>("/asyncapi/v1.json")).Text("asyncapi"));
    }

    private Task<JsonElement> DocumentAsync() => given.Http.GetAsync("/openapi/v1.json", HttpStatusCode.OK);

    private static HttpRequestMessage RequestOf(Documented one, Dictionary<string, string> ids)
    {
        var path = Id().Replace(one.Path, found => found.Value == "{callId}" ? "call-1" : found.Value == "{customId}" ? "line-1" : found.Value == "{deliveryId}" ? $"{Guid.NewGuid()}" : ids[Kind(one.Path)]);
        var query = one.Parameters.Where(parameter => parameter.Text("in") == "query" && parameter.TryGetProperty("example", out _))
            .Select(parameter => $"{parameter.Text("name")}={Uri.EscapeDataString(parameter.Text("example"))}");
        var request = new HttpRequestMessage(new(one.Method.ToUpperInvariant()), $"{path}?{string.Join('&', query)}");
        if (one.Example is var (type, example))
            request.Content = new StringContent(type == "text/plain" ? example.GetString()! : example.GetRawText(), Encoding.UTF8, type);
        foreach (var header in one.Parameters.Where(parameter => parameter.Text("in") == "header" && parameter.TryGetProperty("example", out _)))
            request.Headers.Add(header.Text("name"), header.Text("example") + (header.Text("name") == "Idempotency-Key" ? one.Id : ""));
        return request;
    }

    private static void Check(JsonElement document, JsonElement schema, string body, string id)
    {
        var whole = JsonElement.Parse($$"""{"allOf":[{{schema.GetRawText()}}],"$defs":{{document.GetProperty("components").GetProperty("schemas").GetRawText()}}}""".Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal));
        var result = JsonSchema.Build(whole, new BuildOptions { SchemaRegistry = new SchemaRegistry() }).Evaluate(JsonElement.Parse(body), new EvaluationOptions { OutputFormat = OutputFormat.List });
        Assert.True(result.IsValid, $"{id}: {body}\n{string.Join('\n', (result.Details ?? []).Where(detail => detail.Errors is not null).Select(detail => $"{detail.InstanceLocation} {string.Join(' ', detail.Errors!)}"))}");
    }

    private static string Kind(string path) => path.Split('/')[2];

    private static IEnumerable<Documented> Operations(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select new Documented(path.Name, operation.Name, operation.Value);

    [GeneratedRegex(@"\{\w+\}", RegexOptions.None, 1000)]
    private static partial Regex Id();

    private sealed record Documented(string Path, string Method, JsonElement Operation)
    {
        public string Id => Operation.Text("operationId");

        public IEnumerable<JsonElement> Parameters => Operation.TryGetProperty("parameters", out var all) ? all.EnumerateArray() : [];

        public (string Type, JsonElement Body)? Example => Operation.TryGetProperty("requestBody", out var body)
            ? body.GetProperty("content").EnumerateObject().Where(content => content.Value.TryGetProperty("example", out _))
                .Select(content => ((string, JsonElement)?)(content.Name, content.Value.GetProperty("example"))).FirstOrDefault()
            : null;
    }
}

/// <summary>One process that is worker and gateway, with the simulated provider and without any server.</summary>
public sealed class GatewayAlone : IAsyncLifetime
{
    private LocalWorker worker = null!;

    internal HttpClient Http { get; private set; } = null!;

    internal Uri Url => worker.Url;

    public async ValueTask InitializeAsync()
    {
        worker = await LocalWorker.StartAsync();
        await worker.WaitReadyAsync();
        Http = new HttpClient { BaseAddress = worker.Url, Timeout = Patience.Long };
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await worker.DisposeAsync();
    }
}
