using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Millrace.Providers.Models;
using Millrace.Providers.Registry;
using Millrace.Tests.Providers;
using Millrace.Worker.Hosting;

namespace Millrace.Tests.Models;

public sealed class ModelSettingsTests
{
    private static readonly Dictionary<string, Action<ModelOptions>> Broken = new()
    {
        ["Millrace:DefaultContextTokens is 0; it must be between 1 and 100000000."] = o => o.DefaultContextTokens = 0,
        ["Millrace:Models:0:Name is empty; give the model, or provider/model, with a * at its end for every name that begins so."] = Models(new ModelSetting { ContextTokens = 1000 }),
        ["Millrace:Models:0:Name is 'gpt-*-mini'; a * may only be its last character."] = Models(new ModelSetting { Name = "gpt-*-mini", ContextTokens = 1000 }),
        ["Millrace:Models:0 ('gpt-4o') says nothing; set one or more of ContextTokens, MaxOutputTokens, Vision, Tools and prices, or remove it."] = Models(new ModelSetting { Name = "gpt-4o" }),
        ["Millrace:Models:1:ContextTokens is 0; it must be between 1 and 100000000."] =
            Models(new() { Name = "a", ContextTokens = 1000 }, new() { Name = "b", ContextTokens = 0 }),
        ["Millrace:Models:0:MaxOutputTokens is -1; it must be between 1 and 100000000."] = Models(new ModelSetting { Name = "a", MaxOutputTokens = -1 }),
        ["Millrace:Models:0:MaxOutputTokens is 1000; it must be less than its ContextTokens (1000), which hold input and output."] =
            Models(new ModelSetting { Name = "a", ContextTokens = 1000, MaxOutputTokens = 1000 }),
        ["Millrace:Models:0 and Millrace:Models:2 have the same Name 'a/b'; keep one of them."] =
            Models(new() { Name = "a/b", ContextTokens = 1000 }, new() { Name = "b", ContextTokens = 1000 }, new() { Name = "A/B", ContextTokens = 2000 }),
    };

    public static TheoryData<string> Messages => [.. Broken.Keys];

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_broken_setting_is_named_with_what_to_change(string message)
    {
        var options = new ModelOptions();
        Broken[message](options);

        Assert.Equal([message], new ModelSettingsValidation().Validate(null, options).Failures);
    }

    [Fact]
    public void The_defaults_are_valid() => Assert.True(new ModelSettingsValidation().Validate(null, new ModelOptions()).Succeeded);

    [Fact]
    public void A_name_with_colon_and_slash_comes_from_keys_that_a_variable_can_have()
    {
        using var worker = Worker(
            ("Millrace:Models:0:Name", "ollama/llama3.1:8b"), ("Millrace:Models:0:ContextTokens", "65536"), ("Millrace:Models:0:MaxOutputTokens", "8000"));

        var limits = worker.GetRequiredService<ModelTable>().Find("ollama", ShippedKind.Ollama, "llama3.1:8b");
        Assert.Equal((65_536, 8000, true), (limits.ContextTokens, limits.MaxOutputTokens, limits.Known));
    }

    [Fact]
    public void A_worker_does_not_start_with_a_broken_setting()
    {
        using var worker = Worker(("Millrace:Models:0:Name", "mine"), ("Millrace:Models:0:ContextToken", "65536"));

        var fault = Assert.Throws<OptionsValidationException>(() => worker.GetRequiredService<IStartupValidator>().Validate());
        Assert.Contains("Millrace:Models:0 ('mine') says nothing", fault.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Worker(params (string Key, string? Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value))).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddLogging();
        services.AddWorker(configuration, connections: null);
        return services.BuildServiceProvider();
    }

    private static Action<ModelOptions> Models(params ModelSetting[] settings) => options => options.Models = settings;
}
