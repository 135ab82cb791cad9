using System.Text.Json;
using MassTransit;
using Millrace.Contracts;
using Millrace.Gateway.Documents;
using Millrace.Tests.Servers;
using Millrace.Worker;

namespace Millrace.Tests.Gateway;

/// <summary>The document of the messages on the broker says what the records are.</summary>
[Integration]
public sealed class AsyncApiTests
{
    private static readonly JsonElement Document = JsonElement.Parse(AsyncApiDocument.Text);

    private static readonly IReadOnlyList<Type> Records = [.. typeof(GenerateRequested).Assembly.GetExportedTypes().Where(type => type.GetMethod("<Clone>$") is not null)];

    [Fact]
    public void Every_record_and_enum_is_in_it_and_nothing_else()
    {
        var types = Records.Concat(typeof(GenerateRequested).Assembly.GetExportedTypes().Where(type => type.IsEnum));

        Assert.Equal(types.Select(type => type.Name).Order(), Schemas().Select(schema => schema.Name).Order());
    }

    [Fact]
    public void Every_field_is_in_it_with_what_it_means_and_nothing_else() => Assert.All(Records, type =>
    {
        var members = Schemas().Single(schema => schema.Name == type.Name).Value.GetProperty("properties").EnumerateObject().ToList();

        Assert.Equal(type.GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).Order(), members.Select(member => member.Name).Order());
        Assert.All(members, member => Assert.False(string.IsNullOrWhiteSpace(member.Value.Text("description")), $"{type.Name}.{member.Name} says nothing"));
    });

    [Fact]
    public void What_an_enum_can_be_is_in_it() => Assert.All(typeof(GenerateRequested).Assembly.GetExportedTypes().Where(type => type.IsEnum), type =>
        Assert.Equal(Enum.GetNames(type), Schemas().Single(schema => schema.Name == type.Name).Value.GetProperty("enum").EnumerateArray().Select(value => value.GetString())));

    [Fact]
    public void What_the_workers_consume_is_what_goes_to_the_fleet()
    {
        var consumed = typeof(MillraceWorker).Assembly.GetTypes().SelectMany(type => type.GetInterfaces())
            .Where(contract => contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IConsumer<>)).Select(contract => contract.GetGenericArguments()[0])
            .Where(message => message.Assembly == typeof(GenerateRequested).Assembly);

        Assert.Equal(consumed.Select(message => message.Name).Distinct().Order(), Operations("receive"));
    }

    [Fact]
    public void What_has_a_routing_key_is_what_the_fleet_tells() => Assert.Equal(EventRouting.Kinds.Keys.Select(type => type.Name).Order(), Operations("send"));

    [Fact]
    public void An_address_is_the_key_that_an_event_has() => Assert.All(EventRouting.Kinds, kind =>
    {
        var id = Guid.NewGuid();
        var address = Document.GetProperty("channels").GetProperty(kind.Key.Name).Text("address");
        var key = address.Replace("{channel}", "billing", StringComparison.Ordinal).Replace("{id}", id.ToString(), StringComparison.Ordinal).Replace("{tool}", "clock", StringComparison.Ordinal);

        Assert.Equal(kind.Key == typeof(ToolCallRequested) ? EventRouting.ToolKey("billing", id, "clock") : EventRouting.Key(kind.Value, "billing", id), key);
    });

    [Fact]
    public async Task The_parser_finds_no_fault_and_each_example_is_what_its_schema_says()
    {
        var result = await CommandLineProcess.RunAsync(["node", Path.Combine(TestPaths.Repository, "tests/asyncapi/check.mjs")], standardInput: AsyncApiDocument.Text);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.EndsWith("25 operations\n", result.Output, StringComparison.Ordinal);
        Assert.Equal(25, result.Output.Split('\n').Count(line => line.EndsWith(" ok", StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Operations(string action) => Document.GetProperty("operations").EnumerateObject()
        .Where(operation => operation.Value.Text("action") == action).Select(operation => operation.Name[action.Length..]).Order();

    private static JsonElement.ObjectEnumerator Schemas() => Document.GetProperty("components").GetProperty("schemas").EnumerateObject();
}
