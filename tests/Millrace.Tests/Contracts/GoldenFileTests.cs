using System.Text.Json;
using System.Text.Json.Nodes;
using Millrace.Contracts;

namespace Millrace.Tests.Contracts;

/// <summary>
/// What travels, as files. Other services have written against these names: a change that breaks a test here breaks them.
/// Only additions are allowed: add the property to the sample, and the line that the test shows to the file.
/// </summary>
public sealed class GoldenFileTests
{
    private static readonly JsonSerializerOptions Indented = new(ContractsJson.Options) { WriteIndented = true, NewLine = "\n" };

    private static readonly object[] Samples =
    [
        RequestSamples.Message, RequestSamples.Options, RequestSamples.Request, RequestSamples.Cancel, RequestSamples.Replay,
        RequestSamples.Call, RequestSamples.Result, RequestSamples.Picture, RequestSamples.ToolAnswer, RequestSamples.CapabilitiesAsked, RequestSamples.CallerTool,
        RequestSamples.ContentAsked, EventSamples.ContentTold,
        ToolSamples.Offered, ToolSamples.Registered, ToolSamples.ApprovalAsked, ToolSamples.Decision,
        EventSamples.Usage, EventSamples.Timings, EventSamples.Failure, EventSamples.Chunk, EventSamples.Started,
        EventSamples.Completed, EventSamples.Failed, EventSamples.Cancelled, EventSamples.Rejected, EventSamples.ToolCallRequested,
        EventSamples.Replayed, EventSamples.Queued, EventSamples.Progress, EventSamples.BatchEnd, EventSamples.Capabilities, EventSamples.CapabilitiesTold, SessionSamples.Requested, SessionSamples.Answered, SessionSamples.Description, SessionSamples.Used, SessionSamples.Message,
    ];

    public static TheoryData<string> Names => [.. Samples.Select(sample => sample.GetType().Name)];

    [Fact]
    public void Every_public_record_has_a_sample()
    {
        var records = typeof(GenerateRequested).Assembly.GetExportedTypes().Where(type => type.GetMethod("<Clone>$") is not null);

        Assert.Equal(records.Select(type => type.Name).Order(), Samples.Select(sample => sample.GetType().Name).Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_record_is_written_as_its_file(string name)
    {
        var sample = Sample(name);

        var written = JsonSerializer.Serialize(sample, sample.GetType(), Indented) + "\n";

        Assert.Equal(Golden(name), written);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_is_read_without_loss(string name)
    {
        var type = Sample(name).GetType();

        var read = JsonSerializer.Deserialize(Golden(name), type, ContractsJson.Options);

        Assert.Equal(Golden(name), JsonSerializer.Serialize(read, type, Indented) + "\n");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_shows_every_property(string name)
    {
        var names = Sample(name).GetType().GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name));

        Assert.Equal(names.Order(), JsonNode.Parse(Golden(name))!.AsObject().Select(member => member.Key).Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_property_of_a_later_version_is_passed_over(string name)
    {
        var later = JsonNode.Parse(Golden(name))!.AsObject();
        later["ofALaterVersion"] = new JsonObject { ["any"] = 1 };

        var read = JsonSerializer.Deserialize(later.ToJsonString(), Sample(name).GetType(), ContractsJson.Options);

        Assert.NotNull(read);
    }

    private static object Sample(string name) => Samples.Single(sample => sample.GetType().Name == name);

    private static string Golden(string name) =>
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Contracts", "golden", $"{name}.json"));
}
