using System.Text.Json;
using Microsoft.Extensions.AI;
using Millrace.Client.Errors;
using Millrace.Contracts;
using Millrace.Engine.Requests;
using Millrace.Engine.Tools;
using Millrace.Providers.Schemas;
using Millrace.Tests.Schemas;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;
using static Millrace.Tests.Tools.ToolTalk;

namespace Millrace.Tests.Embedded;

/// <summary>Schemas that are refused, and checks that take long, in one process.</summary>
[Integration]
public sealed class EmbeddedSchemaTests
{
    /// <summary>The turns of long checks are all taken, so this one cannot end in any other way.</summary>
    [Fact]
    public async Task A_cancel_reaches_a_generation_whose_answer_waits_for_its_check()
    {
        using var folder = new ScratchFolder("schemas");
        await using var provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
        provider.Respond(call => call.Text(BadSchemas.Nested("{}", 45)).Stop());
        await using var worker = await EmbeddedWorker.StartAsync(folder.File("millrace.db"), provider);
        using var free = new ManualResetEventSlim();
        var others = Enumerable.Range(0, Math.Max(1, Environment.ProcessorCount / 2)).Select(_ => HoldTurnAsync(free)).ToList();
        var request = new GenerateRequested
        {
            GenerationId = Guid.CreateVersion7(),
            Prompt = "x",
            Provider = "scripted",
            Options = new() { JsonSchema = JsonElement.Parse(BadSchemas.DoublingInside(40)) },
        };
        try
        {
            await using var stream = worker.Client.StreamAsync(request);
            await foreach (var chunk in stream)
            {
                if (chunk.Kind == ChunkKind.Text) break;
            }
            Assert.Null(await AnswerForm.Of(request.Options)!.CheckAsync("1", CancellationToken.None)); // a short check has no turn to wait for
            await worker.Client.CancelAsync(request.GenerationId);

            await Assert.ThrowsAsync<GenerationCancelledException>(() => Until.DoneAsync(worker.Client.WaitAsync(request.GenerationId)));
        }
        finally
        {
            free.Set();
        }
        await Task.WhenAll(others);
    }

    [Fact]
    public async Task Arguments_whose_check_takes_too_much_are_told_to_the_model_and_the_tool_is_not_called()
    {
        using var folder = new ScratchFolder("schemas");
        await using var provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
        provider.Respond(call =>
        {
            if (call.RawBody.Contains("The tool was not called", StringComparison.Ordinal)) call.Text(call.RawBody.Contains("takes more than", StringComparison.Ordinal) ? "told" : "else").Stop();
            else call.ToolCalls(1, [new ScriptedTool("list", $$"""{"x":{{BadSchemas.Nested("{}", 45)}} }""", "call_1")]).Finish("tool_calls");
        });
        var called = 0;
        var schema = BadSchemas.DoublingInside(40).Replace("""{"$ref":"#/$defs/a0",""", """{"properties":{"x":{"$ref":"#/$defs/a0"}},""", StringComparison.Ordinal);
        var tool = new GivenFunction("list", JsonElement.Parse(schema), () => called++);
        await using var worker = await EmbeddedWorker.StartAsync(folder.File("millrace.db"), provider, new LocalTools().Add(tool));

        var answer = await Until.DoneAsync(worker.Client.GenerateAsync(Ask("List it.", "list")));

        Assert.Equal(("told", 0), (answer.Text, called));
    }

    [Theory]
    [InlineData(BadSchemas.LeadsBack, "lead back")]
    [InlineData(BadSchemas.Dynamic, "is not taken here")]
    public void A_workers_own_tool_with_such_a_schema_is_refused_where_it_is_added(string schema, string reason)
    {
        var refused = Assert.Throws<ArgumentException>(() => new LocalTools().Add(new GivenFunction("f", JsonElement.Parse(schema), () => { })));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    private static Task<bool> HoldTurnAsync(ManualResetEventSlim free)
    {
        var times = 0;
        return FormThreads.RunAsync(
            _ =>
            {
                if (times++ == 0) throw new SchemaWorkException("takes long");
                free.Wait();
                return true;
            },
            CancellationToken.None);
    }

    private sealed class GivenFunction(string name, JsonElement schema, Action call) : AIFunction
    {
        public override string Name => name;

        public override JsonElement JsonSchema => schema;

        protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
        {
            call();
            return ValueTask.FromResult<object?>("called");
        }
    }
}
