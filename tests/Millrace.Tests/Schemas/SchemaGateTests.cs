using System.Text.Json;
using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Worker.Requests;
using Millrace.Worker.Schemas;

namespace Millrace.Tests.Schemas;

/// <summary>What is taken for a schema and what is not, without one value being checked.</summary>
public sealed class SchemaGateTests
{
    [Theory]
    [InlineData("""{"allOf":[{"$ref":"#"}]}""")]
    [InlineData("""{"anyOf":[{"type":"string"},{"$ref":"#"}]}""")]
    [InlineData("""{"oneOf":[{"$ref":"#"}]}""")]
    [InlineData("""{"not":{"$ref":"#"}}""")]
    [InlineData("""{"if":{"$ref":"#"}}""")]
    [InlineData("""{"if":true,"then":{"$ref":"#"}}""")]
    [InlineData("""{"if":true,"else":{"$ref":"#"}}""")]
    [InlineData("""{"dependentSchemas":{"a":{"$ref":"#"}}}""")]
    [InlineData("""{"dependencies":{"a":{"$ref":"#"}}}""")]
    [InlineData("""{"$ref":"#"}""")]
    [InlineData("""{"$ref":"#me","$anchor":"me"}""")]
    [InlineData("""{"$id":"https://example.org/me","allOf":[{"$ref":"https://example.org/me"}]}""")]
    [InlineData("""{"$id":"me","allOf":[{"$ref":"me#"}]}""")]
    [InlineData("""{"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"anyOf":[{"$ref":"#/$defs/a"}]}}}""")]
    [InlineData("""{"$defs":{"unused":{"$ref":"#/$defs/unused"}}}""")]
    [InlineData("""{"properties":{"a":{"allOf":[{"$ref":"#/properties/a"}]}}}""")]
    [InlineData("""{"$ref":"#/x","x":{"allOf":[{"$ref":"#/x"}]}}""")]
    public void References_that_lead_back_without_going_into_the_value_are_refused(string schema) => Refused(schema, "lead back");

    [Theory]
    [InlineData("""{"type":"object","properties":{"children":{"type":"array","items":{"$ref":"#"}}}}""")]
    [InlineData("""{"additionalProperties":{"$ref":"#"}}""")]
    [InlineData("""{"patternProperties":{"^a":{"$ref":"#"}},"unevaluatedProperties":{"$ref":"#"}}""")]
    [InlineData("""{"prefixItems":[{"$ref":"#"}],"items":{"$ref":"#"},"contains":{"$ref":"#"}}""")]
    [InlineData("""{"propertyNames":{"$ref":"#"}}""")]
    [InlineData("""{"$id":"Node","properties":{"next":{"$ref":"Node"}}}""")]
    [InlineData("""{"$defs":{"N":{"$id":"N","items":{"$ref":"N"}}},"$ref":"N"}""")]
    [InlineData("""{"$schema":"http://json-schema.org/draft-07/schema#","$ref":"#/definitions/X","definitions":{"X":{"items":{"$ref":"#/definitions/X"}}}}""")]
    [InlineData("""{"$schema":"http://json-schema.org/draft-07/schema#","definitions":{"x":{"$id":"#x","type":"string"}},"items":{"$ref":"#x"}}""")]
    [InlineData("""{"$ref":"#/components/Pet","components":{"Pet":{"type":"object"}}}""")]
    [InlineData("""{"$ref":"#/$defs/a~1b%20c","$defs":{"a/b c":{}}}""")]
    [InlineData("""{"pattern":"^(a+)+$"}""")]
    [InlineData("""{"pattern":"^(?!\\.)(?!.*\\.\\.)[a-z.]+@[a-z.]+$"}""")]
    [InlineData("""{"nullable":true,"x-mine":[1],"format":"email","example":{"$ref":"https://example.org"}}""")]
    public void What_ends_is_taken(string schema) => Assert.Null(JsonForm.Flaw(JsonElement.Parse(schema)));

    [Theory]
    [InlineData(BadSchemas.Dynamic, "'$dynamicAnchor' is not taken")]
    [InlineData("""{"$dynamicRef":"#a"}""", "'$dynamicRef' is not taken")]
    [InlineData("""{"items":{"$recursiveRef":"#"}}""", "at '#/items': '$recursiveRef' is not taken")]
    [InlineData("""{"$recursiveAnchor":true}""", "'$recursiveAnchor' is not taken")]
    [InlineData("""{"$vocabulary":{}}""", "'$vocabulary' is not taken")]
    [InlineData("""{"$schema":"https://example.org/mine"}""", "'$schema' is 'https://example.org/mine'")]
    [InlineData("""{"items":{"$schema":"http://json-schema.org/draft-07/schema#"}}""", "one and the same of")]
    [InlineData("""{"$ref":"https://json-schema.org/draft/2020-12/schema"}""", "only references inside the schema")]
    [InlineData("""{"$ref":"file:///etc/passwd"}""", "only references inside the schema")]
    [InlineData("""{"$id":"https://a.example/x","items":{"$id":"https://b.example/y","items":{"$ref":"#/items/items"}}}""", "no schema at that place")]
    [InlineData("""{"$ref":"#/type","type":"string"}""", "no schema at that place")]
    [InlineData("""{"properties":{"a":{"type":"nonsense"}}}""", "at '#/properties/a': 'type' is 'nonsense'")]
    [InlineData("""{"pattern":"a(b"}""", "a group is not closed")]
    [InlineData("""{"pattern":"\\p{Script=Greek}"}""", ".NET cannot read it")]
    [InlineData("""{"patternProperties":{"[a":{}}}""", "a class is not closed")]
    [InlineData("""{"multipleOf":0}""", "'multipleOf' must be above 0")]
    [InlineData("""{"minItems":-1}""", "whole number")]
    [InlineData("""{"required":true}""", "it must be a list")]
    [InlineData("""{"properties":[]}""", "it must be an object")]
    [InlineData("""{"items":3}""", "a schema is an object, true or false")]
    [InlineData("""{"title":"\ud800"}""", "half of a surrogate pair")]
    public void What_is_none_is_refused_with_place_keyword_and_rule(string schema, string reason) => Refused(schema, reason);

    [Fact]
    public void What_is_too_large_is_refused_with_the_limit()
    {
        Assert.Null(JsonForm.Flaw(JsonElement.Parse(BadSchemas.Deep(48))));
        Refused(BadSchemas.Deep(49), "nested 49 levels deep; at most 48");
        Refused(BadSchemas.Deep(60), "nested 60 levels deep; at most 48");
        Refused($$"""{"title":"{{new string('x', SchemaLimits.Bytes)}}"}""", "at most 262,144");
        Refused($$"""{"enum":[{{string.Join(',', Enumerable.Range(0, SchemaLimits.Values))}}]}""", "at most 20,000");
        Refused($$"""{"pattern":"{{new string('x', 1_001)}}"}""", "at most 1,000");
        Refused($$"""{"pattern":"{{new string('(', 60)}}{{new string(')', 60)}}"}""", "more than 50 deep");
        Refused(JsonSerializer.Serialize(new { anyOf = Enumerable.Range(0, 101).Select(i => new { pattern = $"^{i}" }) }), "the 100th");
    }

    [Fact]
    public void What_stands_for_too_many_schemas_of_one_value_is_refused_before_anything_is_checked()
    {
        Assert.Null(JsonForm.Flaw(JsonElement.Parse(BadSchemas.Doubling(8))));
        Refused(BadSchemas.Doubling(25), "more than 10,000 schemas for one value");
        Assert.Null(JsonForm.Flaw(JsonElement.Parse(BadSchemas.Row(60))));
        Refused(BadSchemas.Row(2_000), "more than 64 schemas in a row");
    }

    /// <summary>Nobody here matches it, and the provider may be able to.</summary>
    [Fact]
    public void A_schema_that_is_only_passed_on_may_have_a_pattern_that_cannot_be_matched_here()
    {
        Assert.Null(JsonForm.Flaw(JsonElement.Parse("""{"pattern":"\\p{Script=Greek}"}"""), isChecked: false));
        Assert.NotNull(JsonForm.Flaw(JsonElement.Parse(BadSchemas.LeadsBack), isChecked: false));
    }

    [Fact]
    public void All_schemas_of_a_request_together_have_a_limit()
    {
        var large = JsonElement.Parse($$"""{"title":"{{new string('x', 200_000)}}"}""");
        var tools = Enumerable.Range(0, 6).Select(i => new CallerTool { Name = $"f{i}", Parameters = large }).ToList();

        Assert.Empty(CallerToolRules.Problems(tools[..5]));
        Assert.Contains("at most 1,048,576 are allowed in one request", Assert.Single(CallerToolRules.Problems(tools)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_service_learns_that_its_tools_schema_is_too_deep_where_it_offers_it()
    {
        var tool = AIFunctionFactory.CreateDeclaration("f", null, JsonElement.Parse(BadSchemas.Deep(60), new JsonDocumentOptions { MaxDepth = 100 }));

        Assert.Equal("is nested 60 levels deep; at most 48 are allowed.", NestedJson.Flaw(tool.JsonSchema));
    }

    private static void Refused(string schema, string reason)
    {
        var flaw = JsonForm.Flaw(JsonElement.Parse(schema, new JsonDocumentOptions { MaxDepth = 100 }));
        Assert.NotNull(flaw);
        Assert.Contains(reason, flaw, StringComparison.Ordinal);
    }
}
