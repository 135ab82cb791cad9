using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Millrace.Providers.Adapters;
using Millrace.Providers.Kinds;
using Millrace.Providers.Models;
using Millrace.Providers.Options;
using Millrace.Providers.Registry;

namespace Millrace.Tests.Providers.Contract;

/// <summary>What each kind says of itself, and how a list of kinds grows.</summary>
public sealed class KindTests
{
    [Theory, EachKind]
    public void What_a_kind_says_is_possible(string name)
    {
        var kind = KindUnderTest.All.Find(name)!;

        Assert.Matches("^[A-Za-z0-9]{1,32}$", kind.Name);
        Assert.Equal(kind.Name.ToLowerInvariant(), kind.Id);
        Assert.True(kind.OfficialEndpoint is null or { IsAbsoluteUri: true, Scheme: "https" } or { IsLoopback: true }, "nothing goes over the network in the clear");
        Assert.Equal(kind.HasServer, kind.ProbePath is not null);
        Assert.False(kind.ProbePath?.StartsWith('/') ?? false, "a path counts from the address");
        Assert.InRange(kind.LimitsOf(null, 1000).ContextTokens, 1, int.MaxValue);
        Assert.Equal(kind.HasServer, kind.OfficialEndpoint is not null || kind is PlainKind);
    }

    [Fact]
    public void A_kind_of_a_programs_own_is_named_in_settings_like_the_others()
    {
        using var services = Add(KindUnderTest.All, ("Millrace:Providers:plain:Endpoint", "http://x"), ("PLAIN_API_KEY", "k-1"), ("Millrace:Providers:other:Kind", "plain"), ("Millrace:Providers:other:Endpoint", "http://y"));

        var providers = services.GetRequiredService<ProviderRegistry>();

        Assert.Equal(["other", "plain", "simulated"], providers.All.Select(provider => provider.Name));
        Assert.All(providers.All.Take(2), provider => Assert.IsType<PlainKind>(provider.Kind));
        Assert.Equal(("k-1", null), (providers.Find("plain")!.Options.ApiKey, providers.Find("other")!.Options.ApiKey));
        Assert.Equal("plain", providers.Resolve("plain", "m", null).Provider!.Kind.Id);
    }

    [Fact]
    public void Without_it_the_start_ends_with_the_choices() => Assert.Contains(
        "Millrace:Providers:mine:Kind is 'Plain': it is one of OpenAI, Anthropic, Ollama, HuggingFace, Simulated; choose one of them.",
        Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(
            () => Add(ProviderKinds.Shipped, ("Millrace:Providers:mine:Kind", "Plain"))).Failures);

    [Fact]
    public void A_kind_without_a_server_is_there_when_it_says_so_and_needs_no_address()
    {
        using var services = Add(ProviderKinds.Shipped.With(new InProcessKind("Mine")));

        var mine = services.GetRequiredService<ProviderRegistry>().Find("mine")!;

        Assert.Null(mine.Options.Endpoint);
        Assert.Equal(8192, new ModelTable(Microsoft.Extensions.Options.Options.Create(new ModelOptions())).Find(mine.Name, mine.Kind, "m").ContextTokens);
    }

    [Theory]
    [InlineData("OpenAI", "There are two kinds of providers named 'OpenAI'")]
    [InlineData("openai", "There are two kinds of providers named 'openai'")]
    [InlineData("", "a name is 1 to 32 ASCII letters and digits")]
    [InlineData("my kind", "A kind of provider is named 'my kind'")]
    public void A_name_that_settings_could_not_tell_apart_is_refused(string name, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => ProviderKinds.Shipped.With(new InProcessKind(name))).Message, StringComparison.Ordinal);

    private static ServiceProvider Add(ProviderKinds kinds, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build();
        return new ServiceCollection().AddSingleton(kinds).AddProviders(configuration).BuildServiceProvider();
    }

    private sealed class InProcessKind(string name) : ProviderKind
    {
        public override string Name => name;

        public override bool HasServer => false;

        public override bool IsPresent(IConfiguration configuration) => true;

        public override IProviderAdapter CreateAdapter(ProviderOptions options, HttpClient http, TimeProvider time) =>
            new ChatClientAdapter(new PlainChatClient(http), options);
    }
}
