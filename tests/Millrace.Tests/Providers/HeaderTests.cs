using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Millrace.Providers.Failures;
using Millrace.Providers.Options;
using Millrace.Providers.Registry;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Providers;

/// <summary>Headers of a provider's own: gateways, organizations, betas.</summary>
[Integration]
public sealed class HeaderTests
{
    [Fact]
    public async Task A_list_of_betas_grows()
    {
        await using var server = await ScriptedProvider.StartAsync(Wire.Anthropic);
        server.Respond(call => call.Text("ok").Stop());
        using var provider = server.Provider(Wire.Anthropic, options => options.Headers["anthropic-beta"] = "context-1m-2025-08-07");

        await provider.Ask().ReadAsync();

        Assert.Contains("context-1m-2025-08-07", Assert.Single(server.Calls).Headers["anthropic-beta"].Split(','));
    }

    [Fact]
    public async Task A_header_can_bring_the_key()
    {
        await using var server = await ScriptedProvider.StartAsync(Wire.OpenAI);
        server.Respond(call => call.Refuse(400, code: "az-secret-value", message: "az-secret-value"));
        using var provider = server.Provider(Wire.OpenAI, options =>
        {
            (options.ApiKey, options.ErrorMessages) = (null, ErrorMessages.Caller);
            options.Headers["api-key"] = "az-secret-value";
        });

        var failure = await Assert.ThrowsAsync<ProviderException>(() => provider.Ask().ReadAsync());

        var sent = Assert.Single(server.Calls).Headers;
        Assert.Equal("az-secret-value", sent["api-key"]);
        Assert.False(sent.ContainsKey("Authorization"));
        Assert.DoesNotContain("az-secret", failure.Message + failure.Code + failure.ProviderMessage);
    }

    [Fact]
    public void Values_come_from_files_and_for_OpenAI_from_its_variables()
    {
        using var folder = new ScratchFolder("provider");
        var file = folder.File("helicone");
        File.WriteAllText(file, " Bearer sk-helicone-1\n");

        var providers = Read(("OPENAI_API_KEY", "a"), ("OPENAI_ORG_ID", "org-1"), ("OPENAI_PROJECT_ID", "proj-1"), ("Millrace:Providers:openai:HeaderFiles:Helicone-Auth", file),
            ("Millrace:Providers:vllm:Endpoint", "http://gpu/v1"), ("Millrace:Providers:vllm:Headers:X-Team", "blue"));

        Assert.Equal(
            [("Helicone-Auth", "Bearer sk-helicone-1"), ("OpenAI-Organization", "org-1"), ("OpenAI-Project", "proj-1")],
            providers["openai"].Options.Headers.Select(header => (header.Key, header.Value)).Order());
        Assert.Equal([("X-Team", "blue")], providers["vllm"].Options.Headers.Select(header => (header.Key, header.Value)));
        Assert.Contains("sk-helicone-1", ProviderHeaders.SecretsOf(providers["openai"].Options));
    }

    [Theory]
    [InlineData("Headers:Content-Type", "text/plain", "Millrace:Providers:openai:Headers has 'Content-Type': Millrace sets this header itself; remove it")]
    [InlineData("Headers:Host", "x", "'Host': Millrace sets this header itself")]
    [InlineData("Headers:X Title", "x", "a header's name is letters, digits and '-'")]
    [InlineData("Headers:X-Title", "", "its value is empty")]
    [InlineData("Headers:X-Secret", "a\nb canary", "characters other than printable ASCII")]
    [InlineData("Headers:Authorization", "Bearer canary", "has a key and a header Authorization, which carries one, too; keep one of them")]
    [InlineData("HeaderFiles:X-Title", "/no/such/file", "Millrace:Providers:openai:HeaderFiles:X-Title is '/no/such/file': it cannot be read")]
    [InlineData("ErrorMessages", "7", "it is one of None, Log, Caller")]
    public void A_header_that_breaks_a_rule_stops_the_start_and_its_value_is_not_told(string setting, string value, string message)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => new ServiceCollection().AddProviders(Configuration(
            [("Millrace:Providers:openai:ApiKey", "sk-1"), ($"Millrace:Providers:openai:{setting}", value)])));

        Assert.Contains(failure.Failures, problem => problem.Contains(message));
        Assert.DoesNotContain("canary", failure.Message);
    }

    private static IReadOnlyDictionary<string, ConfiguredProvider> Read(params (string Key, string Value)[] settings) =>
        ProviderSettings.Read(Configuration(settings), ProviderKinds.Shipped).Providers;

    private static IConfigurationRoot Configuration((string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
}
