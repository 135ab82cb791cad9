using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Worker.Forms;

/// <summary>The form that a request asks of its answer: any JSON value, or one that follows a schema.</summary>
internal sealed class AnswerForm
{
    private readonly JsonForm? form;

    private AnswerForm(JsonForm? form) => this.form = form;

    /// <summary>Null when any text will do.</summary>
    public static AnswerForm? Of(GenerationOptions? options) => options switch
    {
        { JsonSchema: { ValueKind: JsonValueKind.Object } schema } => new(new JsonForm(schema)),
        { ResponseFormat: ResponseFormat.Json } => new(null),
        _ => null,
    };

    /// <summary>What is wrong with an answer, or null.</summary>
    public BrokenForm? Check(string text)
    {
        try
        {
            using var answer = JsonDocument.Parse(text);
            return form?.Check(answer.RootElement) is { } broken ? new($"breaks the request's JSON schema ({broken.Rules})", broken.Details) : null;
        }
        catch (JsonException fault)
        {
            return new("is no JSON", $"It is not JSON (line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}).");
        }
    }
}

/// <summary>What is wrong with an answer.</summary>
/// <param name="Summary">Without anything that was said, for events and logs.</param>
/// <param name="Details">For the model, place by place.</param>
internal sealed record BrokenForm(string Summary, string Details);
