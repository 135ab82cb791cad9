using System.Text.Json;
using Millrace.Contracts;
using Millrace.Engine.Failures;
using Millrace.Providers.Schemas;

namespace Millrace.Engine.Requests;

/// <summary>The form that a request asks of its answer: any JSON value, or one that follows a schema.</summary>
internal sealed class AnswerForm
{
    private readonly JsonForm? form;

    private AnswerForm(JsonForm? form) => this.form = form;

    /// <summary>Null when any text will do.</summary>
    /// <exception cref="GenerationException">The schema is none that is taken: the request was stored before it would have been refused.</exception>
    public static AnswerForm? Of(GenerationOptions? options) => options switch
    {
        { JsonSchema: { ValueKind: JsonValueKind.Object } schema } => new(Read(schema)),
        { ResponseFormat: ResponseFormat.Json } => new(null),
        _ => null,
    };

    /// <summary>What is wrong with an answer, or null.</summary>
    /// <exception cref="GenerationException">That takes more work to find out than may be done.</exception>
    public async Task<BrokenForm?> CheckAsync(string text, CancellationToken cancellation)
    {
        try
        {
            return await FormThreads.RunAsync(steps => Check(text, steps), cancellation);
        }
        catch (SchemaWorkException work)
        {
            throw new GenerationException(FailureReason.InvalidRequest, $"The check of the answer against Options.JsonSchema {work.Message}; make the schema simpler.");
        }
    }

    /// <summary>The same, here and now.</summary>
    /// <exception cref="SchemaWorkException">It takes more than the budget.</exception>
    public BrokenForm? Check(string text, StepBudget? steps = null)
    {
        try
        {
            using var answer = JsonDocument.Parse(text);
            return form?.Check(answer.RootElement, steps ?? StepBudget.Whole(CancellationToken.None)) is { } broken
                ? new($"breaks the request's JSON schema ({broken.Rules})", broken.Details)
                : null;
        }
        catch (JsonException fault)
        {
            return new("is no JSON", $"It is not JSON (line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}).");
        }
        catch (InvalidOperationException)
        {
            return new("is no JSON", "It holds half of a surrogate pair, which is no text.");
        }
    }

    private static JsonForm Read(JsonElement schema)
    {
        try
        {
            return new(schema);
        }
        catch (SchemaException fault)
        {
            throw new GenerationException(FailureReason.InvalidRequest, $"Options.JsonSchema is no JSON schema: {fault.Message}.");
        }
    }
}
