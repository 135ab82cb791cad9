using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Millrace.Contracts;

namespace Millrace.Gateway.Documents;

/// <summary>The messages on the broker as AsyncAPI 3.0, made from the records: what goes to the fleet, and what it tells.</summary>
internal static class AsyncApiDocument
{
    private const string Enveloped = "application/vnd.masstransit+json";

    private static readonly Lazy<string> Made = new(() => Make().ToJsonString(new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));

    public static string Text => Made.Value;

    private static JsonObject Make()
    {
        var (channels, operations, messages) = (new JsonObject(), new JsonObject(), new JsonObject());
        foreach (var example in MessageExamples.In)
        {
            var name = example.GetType().Name;
            channels[name] = Exchange(name, $"Millrace.Contracts:{name}", "fanout", $"Millrace.Contracts:{name}");
            operations[$"receive{name}"] = Operation("receive", name, example.GetType());
            messages[name] = Message(name, "application/json", RecordSchemas.Reference(example.GetType()), Json(example), example.GetType());
        }
        foreach (var example in MessageExamples.Out)
        {
            var (name, kind) = (example.GetType().Name, EventRouting.Kinds[example.GetType()]);
            channels[name] = Exchange(name, Address(kind), "topic", EventRouting.Exchange);
            channels[name]!["parameters"] = Parameters(kind);
            operations[$"send{name}"] = Operation("send", name, example.GetType());
            messages[name] = Message(name, Enveloped, Envelope(example.GetType()), Wrapped(name, example), example.GetType());
        }
        return new()
        {
            ["asyncapi"] = "3.0.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Millrace",
                ["version"] = "1.0.0",
                ["description"] = "The messages of a Millrace fleet on RabbitMQ. What goes to it may be the message itself as JSON, or MassTransit's envelope around it; publish with mandatory and confirms. "
                    + "What it tells goes to one topic exchange, in MassTransit's envelope. Changes are additive: pass over members that you do not know.",
            },
            ["defaultContentType"] = "application/json",
            ["channels"] = channels,
            ["operations"] = operations,
            ["components"] = new JsonObject { ["messages"] = messages, ["schemas"] = RecordSchemas.All() },
        };
    }

    private static string Address(string kind) => kind == "tool" ? "tool.{channel}.{id}.{tool}" : $"{kind}.{{channel}}.{{id}}";

    private static JsonObject Exchange(string message, string address, string type, string exchange) => new()
    {
        ["address"] = address,
        ["messages"] = new JsonObject { [message] = Ref($"#/components/messages/{message}") },
        ["bindings"] = new JsonObject
        {
            ["amqp"] = new JsonObject
            {
                ["is"] = "routingKey",
                ["exchange"] = new JsonObject { ["name"] = exchange, ["type"] = type, ["durable"] = true, ["autoDelete"] = false },
                ["bindingVersion"] = "0.3.0",
            },
        },
    };

    private static JsonObject Parameters(string kind)
    {
        var parameters = new JsonObject
        {
            ["channel"] = new JsonObject { ["description"] = "The channel of the request: a label of [A-Za-z0-9_-], 1 to 64 of them.", ["default"] = EventRouting.DefaultChannel },
            ["id"] = new JsonObject { ["description"] = "The generation, the batch, the session or the request that it is about, in lower case with hyphens." },
        };
        if (kind == "tool") parameters["tool"] = new JsonObject { ["description"] = "The tool's name." };
        return parameters;
    }

    private static JsonObject Operation(string action, string message, Type type) => new()
    {
        ["action"] = action,
        ["channel"] = Ref($"#/channels/{message}"),
        ["messages"] = new JsonArray(Ref($"#/channels/{message}/messages/{message}")),
        ["summary"] = RecordComments.Of(type),
    };

    private static JsonObject Message(string name, string contentType, JsonObject payload, JsonNode example, Type type) => new()
    {
        ["name"] = name,
        ["title"] = name,
        ["summary"] = RecordComments.Of(type),
        ["contentType"] = contentType,
        ["payload"] = payload,
        ["examples"] = new JsonArray(new JsonObject { ["name"] = name, ["payload"] = example }),
    };

    /// <summary>What a reader needs of MassTransit's envelope.</summary>
    private static JsonObject Envelope(Type type) => new()
    {
        ["type"] = "object",
        ["required"] = new JsonArray("messageId", "messageType", "message"),
        ["properties"] = new JsonObject
        {
            ["messageId"] = new JsonObject { ["type"] = "string", ["format"] = "uuid", ["description"] = "The same for each repeat of an event." },
            ["messageType"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" }, ["description"] = $"urn:message:Millrace.Contracts:{type.Name}" },
            ["message"] = RecordSchemas.Reference(type),
        },
    };

    private static JsonObject Wrapped(string name, object example) => new()
    {
        ["messageId"] = "01981f6e-7000-7000-8000-000000000001",
        ["messageType"] = new JsonArray($"urn:message:Millrace.Contracts:{name}"),
        ["message"] = Json(example),
    };

    private static JsonNode Json(object example) => JsonSerializer.SerializeToNode(example, example.GetType(), ContractsJson.Options)!;

    private static JsonObject Ref(string target) => new() { ["$ref"] = target };
}
