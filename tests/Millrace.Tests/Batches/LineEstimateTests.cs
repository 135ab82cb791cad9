using System.Text.Json;
using Microsoft.Extensions.Options;
using Millrace.Contracts;
using Millrace.Engine.Batches;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Settings;
using Millrace.Providers.Models;
using Millrace.Providers.Registry;
using Millrace.Tests.Providers;

namespace Millrace.Tests.Batches;

public sealed class LineEstimateTests
{
    private const long InputNanos = 2_000, OutputNanos = 10_000;

    private static readonly GenerateRequested Line = new() { GenerationId = Guid.CreateVersion7() };

    [Fact]
    public void A_line_is_its_prompt_and_the_longest_answer_that_it_may_get()
    {
        var bare = Of(Line with { Prompt = "One two three.", Options = new() { MaxOutputTokens = 1000 } });

        Assert.InRange(bare, (1000 * OutputNanos) + 1, (1000 * OutputNanos) + (20 * InputNanos));
        Assert.Equal(500 * OutputNanos, bare - Of(Line with { Prompt = "One two three.", Options = new() { MaxOutputTokens = 500 } }));
    }

    [Fact]
    public void A_picture_and_the_callers_tools_are_read_by_the_model_too()
    {
        var request = Line with { Messages = [Asked()], Options = new() { MaxOutputTokens = 10 } };
        var bare = Of(request);

        var picture = Of(request with { Messages = [Asked() with { Attachments = [new() { MediaType = "image/png", Url = "https://example.com/a.png" }] }] });
        var tool = Of(request with { CallerTools = [new() { Name = "look", Description = "Looks again at what it is.", Parameters = JsonElement.Parse("""{"type":"object","properties":{}}""") }] });

        Assert.Equal(1600 * InputNanos, picture - bare);
        Assert.InRange(tool - bare, 10 * InputNanos, 60 * InputNanos);
    }

    [Fact]
    public void Without_a_price_nothing_holds_it_back() => Assert.Equal(0, Of(Line with { Prompt = "x", Model = "other" }));

    private static PromptMessage Asked() => new(MessageRole.User, "What is it?");

    private static long Of(GenerateRequested request)
    {
        var options = Options.Create(new MillraceOptions { DefaultProvider = "mine" });
        var models = Options.Create(new ModelOptions { Models = [new() { Name = "priced", InputPrice = 2, OutputPrice = 10, ContextTokens = 8000 }] });
        using var providers = new ProviderRegistry(
            new Dictionary<string, ConfiguredProvider>
            {
                ["mine"] = new(ShippedKind.OpenAI, new() { Endpoint = new("http://127.0.0.1:1/v1"), DefaultModel = "priced" }),
            }, TimeProvider.System);
        return new LineEstimate(new Candidates(providers, options), new ModelTable(models), new Prices(models)).NanosOf(request);
    }
}
