using Microsoft.Extensions.DependencyInjection;
using Millrace.Contracts;
using Millrace.Engine.Settings;
using Millrace.Engine.Tools;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;
using static Millrace.Tests.Tools.ToolTalk;

namespace Millrace.Tests.Embedded;

/// <summary>Tools without a broker and without a database server.</summary>
[Integration]
public sealed class EmbeddedToolTests
{
    [Fact]
    public async Task A_method_is_a_tool_and_its_call_knows_whose_it_is()
    {
        using var folder = new ScratchFolder("tools");
        await using var provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
        provider.Respond(call => CallThenTell(call, ("say", "hello")));
        ToolCallContext? seen = null;
        var tools = new LocalTools().Add((string what) => { seen = ToolCallContext.Current; return new { what, length = what.Length }; }, "say", "Says something.");
        await using var worker = await EmbeddedWorker.StartAsync(folder.File("millrace.db"), provider, tools);

        var answer = await Until.DoneAsync(worker.Client.GenerateAsync(Ask("Say hello.", "say")));

        Assert.Equal("""The desk said: {"what":"hello","length":5}""", answer.Text);
        Assert.Equal((answer.GenerationId, 1), (seen!.GenerationId, seen.Attempt));
        var offered = provider.Calls[0].Body.GetProperty("tools")[0].GetProperty("function");
        Assert.Equal(("say", "Says something."), (offered.GetProperty("name").GetString(), offered.GetProperty("description").GetString()));
    }

    [Theory]
    [InlineData("Millrace:Tools:say:Tenants", "acme", "Millrace:Tools:say:Tenants is a single value, and must have entries: Tenants:0, Tenants:1.")]
    [InlineData("Millrace:Tools:say:Tenant", "acme", "Millrace:Tools:say:Tenant is not a setting; it is called Tenants and has entries: Tenants:0, Tenants:1.")]
    [InlineData("Millrace:Tools:say:Tenants:0", "a b", "Millrace:Tools:say: Tenants has 'a b'; a tenant's name must match [A-Za-z0-9_.-]{1,64}.")]
    [InlineData("Millrace:McpServers:s:Tenants", "acme", "Millrace:McpServers:s:Tenants is a single value, and must have entries: Tenants:0, Tenants:1.")]
    [InlineData("Millrace:McpServers:s:Tenants:0", "*", "Millrace:McpServers:s: Tenants has '*'; a tenant's name must match [A-Za-z0-9_.-]{1,64}.")]
    public async Task Tenants_that_cannot_be_meant_end_the_start(string name, string value, string message)
    {
        using var folder = new ScratchFolder("tools");
        await using var provider = await ScriptedProvider.StartAsync(Wire.OpenAI);

        var refused = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(
            () => EmbeddedWorker.StartAsync(folder.File("millrace.db"), provider, (name, value), ("Millrace:McpServers:s:Command", "true")));

        Assert.Contains(message, refused.Failures);
    }

    [Fact]
    public async Task A_generation_that_waits_for_consent_waits_over_a_restart()
    {
        using var folder = new ScratchFolder("tools");
        await using var provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
        provider.Respond(call => CallThenTell(call, ("say", "hello")));
        var said = 0;
        LocalTools Tools() => new LocalTools().Add((string what) => $"{what} {Interlocked.Increment(ref said)}", "say", options: new ToolOptions { RequiresApproval = true });
        var request = Ask("May you say hello?", "say");
        var asked = new TaskCompletionSource<ToolCall>();
        await using (var ended = await EmbeddedWorker.StartAsync(folder.File("millrace.db"), provider, Tools()))
        {
            await using var stream = ended.Client.StreamAsync(request);
            await foreach (var chunk in stream)
            {
                if (chunk.Kind != ChunkKind.ToolCall) continue;
                asked.SetResult(chunk.ToolCall!);
                break;
            }
        }

        var callId = (await asked.Task).Id;
        await using var next = await EmbeddedWorker.StartAsync(folder.File("millrace.db"), provider, Tools());
        Assert.Equal(0, said);
        var answers = next.Services.GetRequiredService<Millrace.Persistence.ToolCalls.ToolAnswerStore>();
        await Until.TrueAsync(async () => (await answers.DecideAsync(request.GenerationId, callId, null, CancellationToken.None)).Taken);

        Assert.Equal("The desk said: hello 1", (await Until.DoneAsync(next.Client.WaitAsync(request.GenerationId))).Text);
    }

    [Theory]
    [InlineData("not a name", "must match")]
    [InlineData("", "must match")]
    public void A_tool_that_no_provider_would_take_is_refused_where_it_is_added(string name, string rule)
    {
        var refused = Assert.Throws<ArgumentException>(() => new LocalTools().Add(Microsoft.Extensions.AI.AIFunctionFactory.Create(() => 1, new Microsoft.Extensions.AI.AIFunctionFactoryOptions { Name = name.Length == 0 ? "a.b" : name })));
        Assert.Contains(rule, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_can_be_given_once()
    {
        var tools = new LocalTools().Add(() => 1, "one");
        Assert.Contains("There is a tool 'one' already", Assert.Throws<ArgumentException>(() => tools.Add(() => 2, "one")).Message, StringComparison.Ordinal);
    }
}
