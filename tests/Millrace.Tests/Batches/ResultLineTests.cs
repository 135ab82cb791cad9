using System.Text.Json;
using Millrace.Contracts;
using Millrace.Dialects.BatchFiles;
using Millrace.Persistence.Batches;
using Millrace.Persistence.Model;
using Millrace.Tests.Gateway;

namespace Millrace.Tests.Batches;

/// <summary>What a line says that has no answer, and one whose chunks are long gone.</summary>
public sealed class ResultLineTests
{
    private static readonly DateTimeOffset Time = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    private static readonly Guid Generation = new("01980000-0000-7000-8000-000000000001");
    private static readonly GenerationCompleted Completed = new()
    {
        GenerationId = Generation,
        Text = "It is sunny.",
        FinishReason = FinishReason.ToolCalls,
        ToolCalls = [new("c1", "clock", "{}")],
        Provider = "openai",
        Model = "gpt-test",
        Usage = new() { Input = 3, Output = 2 },
        Attempts = 1,
        LastSequence = 2,
        Timings = new(),
    };

    [Theory]
    [InlineData(BatchState.Cancelled, BatchLineState.Pending, "batch_cancelled")]
    [InlineData(BatchState.Cancelled, BatchLineState.Cancelled, "batch_cancelled")]
    [InlineData(BatchState.Cancelling, BatchLineState.Cancelled, "batch_cancelled")]
    [InlineData(BatchState.Expired, BatchLineState.Pending, "batch_expired")]
    [InlineData(BatchState.Expired, BatchLineState.Cancelled, "batch_expired")]
    [InlineData(BatchState.Completed, BatchLineState.Pending, "budget_exceeded")]
    [InlineData(BatchState.Completed, BatchLineState.Completed, "not_kept")]
    [InlineData(BatchState.Completed, BatchLineState.Failed, "not_kept")]
    public void A_line_without_an_end_of_its_own_has_no_response_and_says_why(string batch, string line, string code)
    {
        var result = Result(line, BatchLineForm.Chat);

        var (chat, plain) = (Write(Batch(batch, Time.AddSeconds(-1)), result), Write(Batch(batch, Time.AddSeconds(-1)), result with { Form = BatchLineForm.Short }));

        Assert.Equal((JsonValueKind.Null, code, "l"), (chat.GetProperty("response").ValueKind, chat.GetProperty("error").Text("code"), chat.Text("custom_id")));
        Assert.Equal((code, line != BatchLineState.Pending), (plain.GetProperty("error").Text("code"), plain.TryGetProperty("generation_id", out _)));
        Assert.False(plain.TryGetProperty("text", out _));
    }

    [Theory]
    [InlineData(1, "cancelled")]
    [InlineData(null, "cancelled")]
    [InlineData(-1, "batch_cancelled")]
    public void A_line_that_ended_before_its_batch_was_stopped_was_cancelled_by_itself(int? stoppedAfter, string code) => Assert.Equal(
        code, Write(Batch(BatchState.Cancelled, stoppedAfter is { } seconds ? Time.AddSeconds(seconds) : null), Result(BatchLineState.Cancelled, BatchLineForm.Response)).GetProperty("error").Text("code"));

    [Fact]
    public void A_budget_that_is_used_up_is_named() => Assert.Contains(
        "budget of 0.5 dollars", Write(Batch(BatchState.Completed), Result(BatchLineState.Pending, BatchLineForm.Short)).GetProperty("error").Text("message"), StringComparison.Ordinal);

    [Fact]
    public void A_response_needs_its_outcome_alone()
    {
        var request = new GenerateRequested
        {
            GenerationId = Generation,
            Prompt = "x",
            Model = "gpt-test",
            CallerTools = [new() { Name = "clock" }],
            Origin = JsonElement.Parse("""{"madeBy":"openai.responses","model":"best","store":true}"""),
        };
        var result = Result(BatchLineState.Completed, BatchLineForm.Response) with { Outcome = Json(Completed), Request = Json(request) };

        var body = Write(Batch(BatchState.Completed), result).GetProperty("response").GetProperty("body");

        Assert.Equal(("completed", "best", Time.ToUnixTimeSeconds(), 5), (body.Text("status"), body.Text("model"), body.GetProperty("completed_at").GetInt64(), body.GetProperty("usage").Number("total_tokens")));
        Assert.Equal(["message", "function_call"], body.GetProperty("output").EnumerateArray().Select(item => item.Text("type")));
        Assert.Equal("It is sunny.", body.GetProperty("output")[0].GetProperty("content")[0].Text("text"));
    }

    [Fact]
    public void A_short_line_tells_calls_and_cost()
    {
        var told = Write(Batch(BatchState.Completed), Result(BatchLineState.Completed, BatchLineForm.Short) with { Outcome = Json(Completed), CostNanos = 12_500 });

        Assert.Equal(("It is sunny.", "tool_calls", "clock", 0.0000125m), (told.Text("text"), told.Text("finish_reason"), told.GetProperty("tool_calls")[0].Text("name"), told.GetProperty("cost").GetDecimal()));
        Assert.False(told.TryGetProperty("error", out _));
    }

    private static JsonElement Write(Batch batch, BatchResult result) => JsonElement.Parse(ResultLine.Write(batch, result));

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, ContractsJson.Options);

    private static BatchResult Result(string state, string form) => new()
    {
        Number = 1,
        Position = 1,
        CustomId = "l",
        Form = form,
        State = state,
        GenerationId = Generation,
        Request = """{"generationId":"01980000-0000-7000-8000-000000000001","model":"m"}""",
        FinishedAt = Time,
    };

    private static Batch Batch(string state, DateTimeOffset? stoppingAt = null) => new()
    {
        Tenant = "acme",
        State = state,
        Channel = "default",
        Defaults = "{}",
        BudgetNanos = 500_000_000,
        CreatedAt = Time.AddMinutes(-1),
        StoppingAt = stoppingAt,
    };
}
