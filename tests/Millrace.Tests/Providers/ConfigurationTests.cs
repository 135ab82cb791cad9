using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Millrace.Providers.Kinds;
using Millrace.Providers.Ollama;
using Millrace.Providers.Registry;

namespace Millrace.Tests.Providers;

public sealed class ConfigurationTests
{
    [Fact]
    public void Without_any_configuration_there_is_the_simulated_provider() =>
        Assert.Equal(["simulated"], Read().Keys);

    [Fact]
    public void The_usual_variables_bring_their_providers()
    {
        var providers = Read(("OPENAI_API_KEY", "a"), ("ANTHROPIC_API_KEY", "b"), ("HF_TOKEN", " c "), ("OLLAMA_HOST", "gpu:1234"));

        Assert.Equal(["anthropic", "huggingface", "ollama", "openai", "simulated"], providers.Keys.Order());
        Assert.Equal((ShippedKind.OpenAI, "https://api.openai.com/v1", "a"), Shown(providers["openai"]));
        Assert.Equal((ShippedKind.Anthropic, "https://api.anthropic.com/", "b"), Shown(providers["anthropic"]));
        Assert.Equal((ShippedKind.HuggingFace, "https://router.huggingface.co/v1", "c"), Shown(providers["huggingface"]));
        Assert.Equal((ShippedKind.Ollama, "http://gpu:1234/", null), Shown(providers["ollama"]));
    }

    [Fact]
    public void Configuration_overrides_the_usual_variables()
    {
        var providers = Read(
            ("OPENAI_API_KEY", "usual"), ("OPENAI_BASE_URL", "http://proxy/v1"), ("Millrace:Providers:OpenAI:ApiKey", "mine"),
            ("Millrace:Providers:OpenAI:DefaultModel", "gpt-x"), ("Millrace:Providers:OpenAI:IdleTimeout", "00:00:07"));

        Assert.Equal((ShippedKind.OpenAI, "http://proxy/v1", "mine"), Shown(providers["openai"]));
        Assert.Equal(("gpt-x", TimeSpan.FromSeconds(7)), (providers["openai"].Options.DefaultModel, providers["openai"].Options.IdleTimeout));
    }

    [Fact]
    public void Any_other_name_is_an_OpenAI_compatible_server_that_never_gets_OpenAIs_key()
    {
        var providers = Read(("OPENAI_API_KEY", "secret"), ("Millrace:Providers:vllm:Endpoint", "http://gpu:8000/v1"));

        Assert.Equal((ShippedKind.OpenAI, "http://gpu:8000/v1", null), Shown(providers["vllm"]));
    }

    [Fact]
    public void A_key_file_is_read_and_trimmed()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "  sk-from-file\n");
        try
        {
            Assert.Equal("sk-from-file", Read(("Millrace:Providers:openai:ApiKeyFile", file), ("OPENAI_API_KEY", "usual"))["openai"].Options.ApiKey);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_key_file_that_is_not_there_stops_the_start() => Assert.Contains(
        "Millrace:Providers:openai:ApiKeyFile is '/no/such/file': it cannot be read (DirectoryNotFoundException)",
        Assert.Throws<OptionsValidationException>(() => Add(("Millrace:Providers:openai:ApiKeyFile", "/no/such/file"))).Message);

    [Theory]
    [InlineData("localhost", "http://localhost:11434/")]
    [InlineData("10.0.0.5", "http://10.0.0.5:11434/")]
    [InlineData("host:1234", "http://host:1234/")]
    [InlineData(":1234", "http://localhost:1234/")]
    [InlineData("0.0.0.0", "http://127.0.0.1:11434/")]
    [InlineData("0.0.0.0:80", "http://127.0.0.1/")]
    [InlineData("[::]:1234", "http://[::1]:1234/")]
    [InlineData("[fe80::1]", "http://[fe80::1]:11434/")]
    [InlineData("http://host", "http://host/")]
    [InlineData("https://host", "https://host/")]
    [InlineData("https://host:8443/ollama", "https://host:8443/ollama")]
    [InlineData("host/ollama", "http://host:11434/ollama")]
    [InlineData(" \"host:1234\" ", "http://host:1234/")]
    public void OLLAMA_HOST_is_read_as_Ollama_reads_it(string host, string address) =>
        Assert.Equal(address, OllamaHost.Parse(host)!.AbsoluteUri);

    [Theory]
    [InlineData("IdleTimeout", "00:00:00", "Millrace:Providers:openai:IdleTimeout is '00:00:00': it is above zero")]
    [InlineData("TotalTimeout", "00:30:00", "Millrace:Providers:openai:TotalTimeout is '00:30:00': it is above zero and below 00:30:00")]
    [InlineData("FirstTokenTimeout", "00:20:00", "at most TotalTimeout (00:15:00); lower it or raise TotalTimeout")]
    [InlineData("Endpoint", "ftp://x", "it is an absolute http or https address")]
    [InlineData("Endpoint", "http://user:pass@x/v1", "carries a user or password")]
    [InlineData("MaxConnections", "10", "at least InteractiveConcurrency and BulkConcurrency together (80)")]
    [InlineData("BulkConcurrency", "0", "BulkConcurrency is '0': it is 1 or more")]
    [InlineData("MaxTokensField", "tokens", "it is max_tokens or max_completion_tokens")]
    [InlineData("Circuit:FailureRatio", "1.5", "Millrace:Providers:openai:Circuit:FailureRatio is '1.5'")]
    [InlineData("IdelTimeout", "00:01:00", "Millrace:Providers:openai:IdelTimeout is not a setting. Settings: Kind, Endpoint")]
    public void A_setting_that_breaks_a_rule_stops_the_start_and_says_what_to_change(string setting, string value, string message)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Add(($"Millrace:Providers:openai:{setting}", value)));

        Assert.Contains(failure.Failures, problem => problem.Contains(message));
        Assert.DoesNotContain("user:pass", failure.Message);
    }

    [Fact]
    public void A_stranger_without_an_address_stops_the_start() =>
        Assert.Contains("Millrace:Providers:vllm:Endpoint is not set", Assert.Throws<OptionsValidationException>(() => Add(("Millrace:Providers:vllm:DefaultModel", "m"))).Message);

    [Theory]
    [InlineData("opnai")]
    [InlineData("7")]
    [InlineData("0")]
    [InlineData("OpenAI, Ollama")]
    public void A_kind_that_there_is_not_stops_the_start_with_the_choices(string kind)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Add(("Millrace:Providers:mine:Kind", kind), ("Millrace:Providers:mine:Endpoint", "http://x")));

        Assert.Equal(
            [$"Millrace:Providers:mine:Kind is '{kind}': it is one of OpenAI, Anthropic, Ollama, HuggingFace, Simulated; choose one of them."],
            failure.Failures);
    }

    [Theory]
    [InlineData("anthropic")]
    [InlineData("ANTHROPIC")]
    public void A_kind_is_named_in_any_case(string kind) => Assert.Equal(
        (ShippedKind.Anthropic, "http://x/", null),
        Shown(Read(("Millrace:Providers:mine:Kind", kind), ("Millrace:Providers:mine:Endpoint", "http://x"))["mine"]));

    [Fact]
    public void A_wrong_kind_hides_no_other_mistake() => Assert.Equal(2, Assert.Throws<OptionsValidationException>(
        () => Add(("Millrace:Providers:mine:Kind", "opnai"), ("Millrace:Providers:openai:BulkConcurrency", "0"))).Failures.Count());

    [Fact]
    public void All_that_is_wrong_is_told_at_once() =>
        Assert.Equal(2, Assert.Throws<OptionsValidationException>(() => Add(("Millrace:Providers:openai:BulkConcurrency", "0"), ("Millrace:Providers:a b:Endpoint", "http://x"))).Failures.Count());

    [Fact]
    public void The_defaults_break_no_rule()
    {
        using var services = Add(("OPENAI_API_KEY", "a"), ("OLLAMA_HOST", "x"), ("ANTHROPIC_API_KEY", "a"), ("HF_TOKEN", "a"));

        Assert.Equal(5, services.GetRequiredService<ProviderRegistry>().All.Count);
    }

    private static ServiceProvider Add(params (string Key, string Value)[] settings) =>
        new ServiceCollection().AddProviders(Configuration(settings)).BuildServiceProvider();

    private static IReadOnlyDictionary<string, ConfiguredProvider> Read(params (string Key, string Value)[] settings) =>
        ProviderSettings.Read(Configuration(settings), ProviderKinds.Shipped).Providers;

    private static IConfigurationRoot Configuration((string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();

    private static (ProviderKind, string, string?) Shown(ConfiguredProvider provider) =>
        (provider.Kind, provider.Options.Endpoint!.AbsoluteUri, provider.Options.ApiKey);
}
