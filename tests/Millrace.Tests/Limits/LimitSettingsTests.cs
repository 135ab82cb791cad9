using Microsoft.Extensions.Options;
using Millrace.Contracts;
using Millrace.Engine.Limits;
using Millrace.Engine.Settings;
using Millrace.Providers.Registry;
using Millrace.Tests.Providers;

namespace Millrace.Tests.Limits;

public sealed class LimitSettingsTests
{
    private static readonly Dictionary<string, LimitSetting[]> Broken = new()
    {
        ["Millrace:Limits:0:Provider is 'opnai'; it must be a configured provider: openai, simulated."] = [new() { Provider = "opnai", RequestsPerMinute = 1 }],
        ["Millrace:Limits:1:Provider is ''; it must be a configured provider: openai, simulated."] = [new() { Provider = "openai", RequestsPerMinute = 1 }, new() { RequestsPerMinute = 1 }],
        ["Millrace:Limits:0:Model is 'gpt-*-mini'; a * may only be its last character."] = [new() { Provider = "openai", Model = "gpt-*-mini", RequestsPerMinute = 1 }],
        ["Millrace:Limits:0:Model is empty; name a model, or leave it out for all of the provider."] = [new() { Provider = "openai", Model = " ", RequestsPerMinute = 1 }],
        ["Millrace:Limits:0:Tenant is 'a b'; it must be a tenant's name ([A-Za-z0-9_.-]{1,64}), or * for each tenant its own, or left out for all together."] =
            [new() { Provider = "openai", Tenant = "a b", RequestsPerMinute = 1 }],
        ["Millrace:Limits:0 limits nothing; set one or more of RequestsPerMinute, TokensPerMinute and ConcurrentCalls, or remove it."] = [new() { Provider = "openai" }],
        ["Millrace:Limits:0:RequestsPerMinute is 0; it must be between 1 and 10000000."] = [new() { Provider = "openai", RequestsPerMinute = 0 }],
        ["Millrace:Limits:0:TokensPerMinute is -5; it must be between 1 and 2000000000."] = [new() { Provider = "openai", TokensPerMinute = -5 }],
        ["Millrace:Limits:0:ConcurrentCalls is 1000001; it must be between 1 and 1000000."] = [new() { Provider = "openai", ConcurrentCalls = 1_000_001 }],
        ["Millrace:Limits:0 and Millrace:Limits:1 are for the same Provider, Model and Tenant; keep one of them."] =
            [new() { Provider = "openai", Model = "GPT-4o*", RequestsPerMinute = 1 }, new() { Provider = "OpenAI", Model = "gpt-4o*", ConcurrentCalls = 1 }],
    };

    public static TheoryData<string> Messages => [.. Broken.Keys];

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_broken_limit_is_named_with_what_to_change(string message) => Assert.Equal([message], Validate(Broken[message]).Failures);

    [Fact]
    public void A_tenant_may_have_a_limit_beside_that_of_each_and_that_of_all() => Assert.True(Validate(
        [new() { Provider = "openai", RequestsPerMinute = 10 }, new() { Provider = "openai", Tenant = "*", RequestsPerMinute = 5 }, new() { Provider = "openai", Tenant = "acme", RequestsPerMinute = 2 }]).Succeeded);

    [Fact]
    public void All_rules_that_match_hold_together_and_each_shares_its_budget_among_what_it_names()
    {
        var rules = Rules(
            new() { Provider = "OpenAI", ConcurrentCalls = 7 },
            new() { Provider = "openai", Model = "gpt-4o*", RequestsPerMinute = 60 },
            new() { Provider = "openai", Model = "o3", RequestsPerMinute = 1 },
            new() { Provider = "openai", Tenant = "*", TokensPerMinute = 1000 },
            new() { Provider = "openai", Tenant = "acme", RequestsPerMinute = 3 });

        Assert.Equal(["openai||", "openai||gpt-4o*", "openai|*acme|", "openai|acme|"], rules.Of("openai", "GPT-4o-mini", "acme").Select(budget => budget.Scope));
        Assert.Equal(["openai||", "openai|*other|"], rules.Of("openai", "gpt-5", "other").Select(budget => budget.Scope));
        Assert.Empty(rules.Of("simulated", "gpt-4o", "acme"));
    }

    [Fact]
    public void There_is_room_for_what_the_rules_allow_in_a_time_and_as_long_as_calls_take_less_what_is_under_way()
    {
        var averages = new CallAverages();
        averages.Add("openai", "m", new TokenUsage { Input = 700, Output = 300 }, TimeSpan.FromSeconds(10));
        LimitSetting Requests(int most, string? tenant = null) => new() { Provider = "openai", RequestsPerMinute = most, Tenant = tenant };
        long? Room(int seconds, Func<bool, long> under, params LimitSetting[] settings) =>
            Rules(averages, settings).Room("openai", "m", "default", TimeSpan.FromSeconds(seconds), under);

        Assert.Null(Room(60, _ => 0));
        Assert.Equal(40, Room(30, _ => 0, Requests(60)));
        Assert.Equal(15, Room(30, _ => 25, Requests(60)));
        Assert.Equal(0, Room(30, _ => 100, Requests(60)));
        Assert.Equal(1, Room(1, _ => 0, Requests(1)));
        Assert.Equal(38, Room(30, ofTenant => ofTenant ? 2 : 100, Requests(60, "*")));
        Assert.Equal(5, Room(50, _ => 0, Requests(60), new LimitSetting { Provider = "openai", Tenant = "*", TokensPerMinute = 5000 }));
        Assert.Equal(12, Room(50, _ => 0, new LimitSetting { Provider = "openai", ConcurrentCalls = 2 }));
    }

    private static LimitRules Rules(params LimitSetting[] settings) => Rules(new CallAverages(), settings);

    private static LimitRules Rules(CallAverages averages, LimitSetting[] settings) => new(Options.Create(new MillraceOptions { Limits = settings }), averages);

    private static ValidateOptionsResult Validate(LimitSetting[] settings)
    {
        var configured = new Dictionary<string, ConfiguredProvider>
        {
            ["openai"] = new(ShippedKind.OpenAI, new() { Endpoint = new("http://localhost:1/v1"), ApiKey = "k" }),
            ["simulated"] = new(ShippedKind.Simulated, new()),
        };
        using var providers = new ProviderRegistry(configured, TimeProvider.System);
        return new LimitSettingsValidation(providers).Validate(null, new MillraceOptions { Limits = settings });
    }
}
