using System.Text.Json;
using Millrace.Contracts;
using Millrace.Engine.Requests;
using Millrace.Providers.Schemas;

namespace Millrace.Tests.Forms;

public sealed class AnswerFormTests
{
    private const string Schema = """
        {"$id":"https://example.org/city","type":"object","properties":{"city":{"type":"string"},"size":{"enum":[1,2]}},
         "required":["city"],"additionalProperties":false}
        """;

    [Fact]
    public void Free_text_has_no_form()
    {
        Assert.Null(AnswerForm.Of(null));
        Assert.Null(AnswerForm.Of(new() { ResponseFormat = ResponseFormat.Text }));
    }

    [Theory]
    [InlineData("""{"any":[1,2]}""", true)]
    [InlineData(" 17 ", true)]
    [InlineData("", false)]
    [InlineData("""{"cut":""", false)]
    [InlineData("```json\n{}\n```", false)]
    [InlineData("{} and more", false)]
    public void JSON_is_one_value_and_nothing_else(string answer, bool isJson) =>
        Assert.Equal(isJson, AnswerForm.Of(new() { ResponseFormat = ResponseFormat.Json })!.Check(answer) is null);

    [Theory]
    [InlineData("""{"city":"Ulm","size":2}""", null, null)]
    [InlineData("""{"size":2}""", "required", "city")]
    [InlineData("""{"city":4711}""", "type", "/city")]
    [InlineData("""{"city":"Ulm","size":3}""", "enum", "/size")]
    [InlineData("""{"city":"Ulm","secret":"x"}""", "additionalProperties", "/secret")]
    public void A_broken_schema_is_told_to_the_model_by_its_place_and_to_others_by_its_rule(string answer, string? rule, string? place)
    {
        var broken = Form(Schema).Check(answer);

        Assert.Equal(rule is null, broken is null);
        if (broken is null) return;
        Assert.Contains(rule!, broken.Summary, StringComparison.Ordinal);
        Assert.Contains(place!, broken.Details, StringComparison.Ordinal);
        Assert.DoesNotContain("4711", broken.Summary, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", broken.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_schemas_may_have_the_same_id()
    {
        Assert.Null(Form(Schema).Check("""{"city":"Ulm"}"""));
        Assert.Null(Form("""{"$id":"https://example.org/city","type":"string"}""").Check("\"Ulm\""));
    }

    [Theory]
    [InlineData(Schema, true)]
    [InlineData("""{"type":"nonsense"}""", false)]
    [InlineData("""{"$ref":"#/nowhere"}""", false)]
    [InlineData("""{"$ref":"https://example.org/elsewhere"}""", false)]
    public void What_is_no_schema_is_known_before_anyone_is_asked(string schema, bool isSchema) =>
        Assert.Equal(isSchema, JsonForm.Flaw(JsonElement.Parse(schema)) is null);

    private static AnswerForm Form(string schema) => AnswerForm.Of(new() { JsonSchema = JsonElement.Parse(schema) })!;
}
