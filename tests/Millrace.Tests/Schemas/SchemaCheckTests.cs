using System.Text.Json;
using Millrace.Contracts;
using Millrace.Engine.Failures;
using Millrace.Engine.Requests;
using Millrace.Providers.Schemas;

namespace Millrace.Tests.Schemas;

/// <summary>What JSON Schema says of values where readings differ, and what happens where it would take too long to know.</summary>
public sealed class SchemaCheckTests
{
    [Theory]
    [InlineData("""{"const":1}""", "1.0", true)]
    [InlineData("""{"enum":[{"a":1,"b":[2]}]}""", """{"b":[2.0],"a":1e0}""", true)]
    [InlineData("""{"type":"integer"}""", "1e2", true)]
    [InlineData("""{"type":"integer"}""", "1.5", false)]
    [InlineData("""{"multipleOf":0.01}""", "4.35", true)]
    [InlineData("""{"multipleOf":0.01}""", "1e308", true)]
    [InlineData("""{"multipleOf":7}""", "1e999999999", false)]
    [InlineData("""{"maximum":1e999999999}""", "1e999999998", true)]
    [InlineData("""{"exclusiveMinimum":-0.5}""", "-0.50", false)]
    [InlineData("""{"minimum":9007199254740993}""", "9007199254740992", false)]
    [InlineData("""{"maxLength":1}""", "\"😀\"", true)]
    [InlineData("""{"uniqueItems":true}""", """[{"a":1,"b":2},{"b":2,"a":1.0}]""", false)]
    [InlineData("""{"uniqueItems":true}""", "[1,true,\"1\",null,0,false]", true)]
    [InlineData("""{"pattern":"^\\d$"}""", "\"٣\"", false)]
    [InlineData("""{"pattern":"^a$"}""", "\"a\\n\"", false)]
    [InlineData("""{"pattern":"b"}""", "\"abc\"", true)]
    [InlineData("""{"pattern":"^[[]$"}""", "\"[\"", true)]
    [InlineData("""{"pattern":"^[^]$"}""", "\"\\n\"", true)]
    [InlineData("""{"pattern":"^a{,2}$"}""", "\"a{,2}\"", true)]
    [InlineData("""{"pattern":"^(?!x)(a)\\1$"}""", "\"aa\"", true)]
    [InlineData("""{"items":[{"type":"string"}],"additionalItems":false}""", "[\"a\",1]", false)]
    [InlineData("""{"$schema":"http://json-schema.org/draft-07/schema#","$ref":"#/definitions/a","type":"string","definitions":{"a":{}}}""", "1", true)]
    [InlineData("""{"$ref":"#/$defs/a","type":"string","$defs":{"a":{}}}""", "1", false)]
    [InlineData("""{"dependencies":{"a":["b"],"c":{"required":["d"]}}}""", """{"a":1}""", false)]
    [InlineData("""{"dependencies":{"a":["b"],"c":{"required":["d"]}}}""", """{"c":1}""", false)]
    [InlineData("""{"contains":{"type":"string"},"minContains":0}""", "[1]", true)]
    [InlineData("""{"allOf":[{"properties":{"a":true}}],"anyOf":[{"properties":{"b":true},"required":["b"]},true],"unevaluatedProperties":false}""", """{"a":1,"b":2}""", true)]
    [InlineData("""{"allOf":[{"properties":{"a":true}}],"not":{"properties":{"b":true}},"unevaluatedProperties":false}""", """{"a":1,"b":2}""", false)]
    [InlineData("""{"prefixItems":[true],"contains":{"const":2},"unevaluatedItems":false}""", "[1,2]", true)]
    [InlineData("""{"$id":"https://a.example/x","$defs":{"t":{"$id":"y","$defs":{"u":{"type":"string"}}}},"$ref":"y#/$defs/u"}""", "1", false)]
    [InlineData("""{"properties":{"a":{"type":"string"}}}""", """{"a":"x","a":1}""", false)]
    public void The_verdict_is_that_of_JSON_Schema(string schema, string value, bool fits) =>
        Assert.Equal(fits, Check(schema, JsonElement.Parse(value)) is null);

    [Fact]
    public void What_is_wrong_is_told_by_place_and_of_branches_all()
    {
        var broken = Check("""
            {"properties":{"x":{"anyOf":[{"type":"string"},{"properties":{"y":{"const":0.5}}}]},"n":{"enum":["a",2]}},"additionalProperties":false}
            """, JsonElement.Parse("""{"x":{"y":12},"n":7,"more":1}"""))!;

        Assert.Equal("anyOf, type, const, enum, additionalProperties", broken.Rules);
        Assert.Equal(
            """
            At '/x': the value fits none of the 2 schemas of anyOf.
            At '/x': the value is of type object; it must be string.
            At '/x/y': the value must be 0.5.
            At '/n': the value must be one of "a", 2.
            At '/more': no member of this name is allowed.
            """, broken.Details);
    }

    [Fact]
    public async Task A_check_that_takes_too_many_steps_fails_and_says_so()
    {
        var form = AnswerForm.Of(new() { JsonSchema = JsonElement.Parse(BadSchemas.DoublingInside(40)) })!;

        var refused = await Assert.ThrowsAsync<GenerationException>(() => form.CheckAsync(BadSchemas.Nested("{}", 45), CancellationToken.None));

        Assert.Equal(FailureReason.InvalidRequest, refused.Failure.Reason);
        Assert.Contains("takes more than 10,000,000 steps", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_that_goes_too_deep_fails_on_a_small_stack_too()
    {
        var loop = string.Concat(Enumerable.Repeat("""{"allOf":[""", 18)) + """{"$ref":"#/$defs/a"}""" + string.Concat(Enumerable.Repeat("]}", 18));
        var schema = $$"""{"$ref":"#/$defs/a","$defs":{"a":{"items":{{loop}} } } }""";
        Exception? thrown = null;
        var thread = new Thread(() => thrown = Record.Exception(() => Check(schema, JsonElement.Parse(BadSchemas.Nested("", 64)))), 768 * 1024);
        thread.Start();
        thread.Join();

        Assert.Contains("goes more than 1,000 schemas deep", Assert.IsType<SchemaWorkException>(thrown).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_that_explodes_is_matched_in_linear_time_or_given_up()
    {
        var dictated = $"\"{new string('a', 20_000)}!\"";

        Assert.Equal("pattern", Check("""{"pattern":"^(a+)+$"}""", JsonElement.Parse(dictated))!.Rules);
        var onlyBacktracking = """{"properties":{"x":{"pattern":"^(?=a)(a+)+$"}}}""";
        var thrown = Assert.Throws<SchemaWorkException>(() => Check(onlyBacktracking, JsonElement.Parse($$"""{"x":{{dictated}}}""")));
        Assert.Equal("takes too long over the pattern at '#/properties/x/pattern'", thrown.Message);
    }

    [Fact]
    public async Task A_check_that_runs_is_ended_by_its_token()
    {
        using var cancelled = new CancellationTokenSource();
        var form = new JsonForm(JsonElement.Parse(BadSchemas.DoublingInside(40)));
        var value = JsonElement.Parse(BadSchemas.Nested("{}", 45));

        var check = FormThreads.RunAsync(
            steps =>
            {
                cancelled.Cancel();
                return form.Check(value, steps);
            },
            cancelled.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => check);
        Assert.Throws<OperationCanceledException>(() => form.Check(value, StepBudget.Whole(cancelled.Token))); // and not by its budget
    }

    [Fact]
    public void A_stored_request_whose_schema_would_not_be_taken_today_fails_without_a_call()
    {
        var refused = Assert.Throws<GenerationException>(() => AnswerForm.Of(new() { JsonSchema = JsonElement.Parse(BadSchemas.LeadsBack) }));

        Assert.Equal(FailureReason.InvalidRequest, refused.Failure.Reason);
    }

    private static BrokenRules? Check(string schema, JsonElement value) => new JsonForm(JsonElement.Parse(schema)).Check(value, StepBudget.Whole(CancellationToken.None));
}
