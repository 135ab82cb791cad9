using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Tests.Contracts;

public sealed class EnumTests
{
    private static readonly Type[] Enums = [.. typeof(GenerateRequested).Assembly.GetExportedTypes().Where(type => type.IsEnum)];

    public static TheoryData<string> Names => [.. Enums.Select(type => type.Name)];

    public static TheoryData<string, string> Values =>
        [.. Enums.SelectMany(type => Enum.GetNames(type).Select(value => (type.Name, value)))];

    /// <summary>The names that other services know. Add to this list, never take away.</summary>
    [Fact]
    public void No_name_has_changed() => Assert.Equal(
        """
        BatchStatus: Completed, Failed, Expired, Cancelled
        ChunkKind: Text, Reasoning, ToolCall, ToolResult, Restarted
        ContentOperation: Upload, Delete
        ContentProblem: Invalid, TooLarge, Damaged, NotFound
        FailureReason: InvalidRequest, UnknownProvider, ModelNotFound, Authentication, QuotaExceeded, BudgetExceeded, RateLimited, ContextLengthExceeded, ContentFiltered, ProviderUnavailable, ProviderError, IncompleteStream, FirstTokenTimeout, IdleTimeout, TotalTimeout, SessionBusy, Expired, UnsupportedFeature, ToolLoopExceeded, OutputLimitExceeded, InvalidOutput, Internal
        FinishReason: Stop, Length, ToolCalls, ContentFilter
        GenerationClass: Interactive, Bulk
        MessageRole: System, User, Assistant, Tool
        ReasoningEffort: None, Low, Medium, High, Minimal, XHigh, Max
        RejectionReason: Malformed, DifferentRequest, Forbidden
        ResponseFormat: Text, Json
        SessionOperation: Create, Append, Read, List, Clear, Delete, Fork
        SessionProblem: Invalid, NotFound, Busy, Exists
        Verbosity: Low, Medium, High
        WhenBusy: Queue, Reject, Interrupt, Rollback
        WhenTooLong: DropOldest, Fail
        """,
        string.Join('\n', Enums.OrderBy(type => type.Name).Select(type => $"{type.Name}: {string.Join(", ", Enum.GetNames(type))}")));

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_travels_as_its_name_and_is_read_in_any_casing(string type, string value)
    {
        var expected = Enum.Parse(Find(type), value);

        Assert.Equal($"\"{value}\"", JsonSerializer.Serialize(expected, ContractsJson.Options));
        Assert.Equal(expected, Read(type, $"\"{value}\""));
        Assert.Equal(expected, Read(type, $"\"{value.ToLowerInvariant()}\""));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_unknown_value_is_answered_with_the_choices(string type)
    {
        var refused = Assert.ThrowsAny<JsonException>(() => Read(type, "\"nonsense\""));

        Assert.Contains("'nonsense'", refused.Message, StringComparison.Ordinal);
        Assert.All(Enum.GetNames(Find(type)), name => Assert.Contains(name, refused.Message, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_number_is_read_as_the_value_that_other_serializers_write_it_for(string type)
    {
        foreach (var value in Enum.GetValues(Find(type))) Assert.Equal(value, Read(type, $"{(int)value}"));

        Assert.ThrowsAny<JsonException>(() => Read(type, "99"));
        Assert.ThrowsAny<JsonException>(() => Read(type, "-1"));
        Assert.ThrowsAny<JsonException>(() => Read(type, "0.5"));
        Assert.ThrowsAny<JsonException>(() => Read(type, "\"0\""));
    }

    [Theory]
    [InlineData("\" 7\"")]
    [InlineData("\"User,Assistant\"")]
    [InlineData("\"User \"")]
    [InlineData("\"\"")]
    public void What_only_looks_like_a_value_is_none(string json) => Assert.ThrowsAny<JsonException>(() => Read(nameof(MessageRole), json));

    private static Type Find(string name) => Enums.Single(type => type.Name == name);

    private static object? Read(string type, string json) => JsonSerializer.Deserialize(json, Find(type), ContractsJson.Options);
}
