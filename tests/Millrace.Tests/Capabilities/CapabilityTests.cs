using System.Text.Json;
using Millrace.Client.Errors;
using Millrace.Contracts;
using Millrace.Tests.Client.Fakes;
using Millrace.Tests.Embedded;
using Millrace.Tests.Fleet;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;
using Millrace.Tests.Sessions;

namespace Millrace.Tests.Capabilities;

/// <summary>What models can do, asked over the bus.</summary>
[Collection(SessionFleet.Name)]
[Integration]
public sealed class CapabilityTests(SessionFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;

    [Fact]
    public async Task A_service_without_our_library_asks_in_plain_JSON_and_is_answered_under_its_channel()
    {
        var id = Guid.CreateVersion7();

        await fleet.Producer.SendAsync("CapabilitiesRequested", $$"""{"requestId":"{{id}}","model":"anthropic/claude-sonnet-4-5","channel":"asks"}""");

        var answer = await fleet.Events.FirstAsync(seen => seen.Kind == "capabilities" && seen.Id == id);
        Assert.Equal("asks", answer.Channel);
        var model = Assert.Single(answer.Message.GetProperty("models").EnumerateArray()).Deserialize<ModelCapabilities>(ContractsJson.Options);
        Assert.Equal(
            new()
            {
                Provider = "anthropic",
                Model = "claude-sonnet-4-5",
                Known = true,
                Streaming = true,
                Tools = true,
                Vision = true,
                ImageUrls = true,
                JsonMode = false,
                JsonSchema = true,
                ContextTokens = 200_000,
                MaxOutputTokens = 64_000,
            },
            model);
    }

    [Fact]
    public async Task The_client_asks_for_a_model_a_provider_or_all()
    {
        var (client, end) = await Stage.ClientOfAServiceAsync(fleet.RabbitMq, _ => { });

        var model = Assert.Single(await client.CapabilitiesAsync("scripted", "gpt-4"));
        var byName = Assert.Single(await client.CapabilitiesAsync(model: "scripted/gpt-4"));
        var unknown = Assert.Single(await client.CapabilitiesAsync("ollama"));
        var all = await client.CapabilitiesAsync();

        Assert.Equal(("scripted", "gpt-4", true, false), (model.Provider, model.Model, model.Known, model.Vision));
        Assert.Equal(model, byName);
        Assert.Equal(("ollama-model", false, null, false), (unknown.Model, unknown.Known, unknown.Vision, unknown.ImageUrls));
        Assert.Equal(["anthropic", "huggingface", "narrow", "ollama", "scripted", "simulated"], all.Select(entry => entry.Provider));
        await end();
    }

    [Fact]
    public async Task A_provider_that_is_not_there_is_answered_with_those_that_are()
    {
        var (client, end) = await Stage.ClientOfAServiceAsync(fleet.RabbitMq, _ => { });

        var refusal = await Assert.ThrowsAsync<ProviderNotFoundException>(() => client.CapabilitiesAsync("opnai"));

        Assert.Equal("Provider 'opnai' is not configured. Configured: anthropic, huggingface, narrow, ollama, scripted, simulated.", refusal.Message);
        await end();
    }

    [Fact]
    public async Task One_process_answers_itself_and_a_provider_without_a_default_stands_for_any_model()
    {
        using var folder = new ScratchFolder("capabilities");
        await using var provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
        await using var worker = await EmbeddedWorker.StartAsync(
            folder.File("millrace.db"), provider, ("Millrace:Providers:other:Endpoint", "http://127.0.0.1:1/v1"), ("Millrace:Models:0:Name", "scripted/m"), ("Millrace:Models:0:Vision", "false"));

        var all = (await worker.Client.CapabilitiesAsync()).ToDictionary(entry => entry.Provider);

        Assert.Equal((null, false, 8192), (all["other"].Model, all["other"].Known, all["other"].ContextTokens));
        Assert.Equal(("m", true, false), (all["scripted"].Model, all["scripted"].Known, all["scripted"].Vision));
    }
}
