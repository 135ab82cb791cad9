using System.Text.Json;
using Millrace.Contracts;
using Millrace.Tests.Client.Fakes;
using Millrace.Tests.Fleet;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;
using Millrace.Tests.Sessions;

namespace Millrace.Tests.Attachments;

/// <summary>Attachments from a producer to each provider, through broker, database and workers.</summary>
[Collection(SessionFleet.Name)]
[Integration]
public sealed class FleetAttachmentTests(SessionFleet given)
{
    private readonly FleetFixture fleet = given.Fleet;

    [Theory]
    [InlineData("scripted")]
    [InlineData("huggingface")]
    [InlineData("anthropic")]
    [InlineData("ollama")]
    public async Task Bytes_and_stored_bytes_reach_every_provider(string provider)
    {
        var (client, end) = await ClientAsync();
        var (prompt, stored, small) = ($"look, {provider}", Pictures.Large(300_000), Pictures.Large(200));
        given.Server(provider).Respond(call => call.Text("seen").Stop());
        var picture = await client.UploadAsync(stored);
        using var file = new MemoryStream("né,1\r\n"u8.ToArray());
        var text = await client.UploadAsync(file, name: "a.csv");

        var completed = await client.GenerateAsync(Asked(prompt, picture with { MediaType = null }, text, Pictures.Of(small), Pictures.Text("{}", "application/json")) with { Provider = provider });

        Assert.Equal(("seen", "text/csv"), (completed.Text, text.MediaType));
        var message = Assert.Single(Calls(provider, prompt)).Body.GetProperty("messages").EnumerateArray().Last();
        var heard = message.GetRawText();
        Assert.Contains(Convert.ToBase64String(stored), heard, StringComparison.Ordinal);
        Assert.Contains(Convert.ToBase64String(small), heard, StringComparison.Ordinal);
        Assert.Equal(
            $"<attachment name=\"a.csv\" type=\"text/csv\">\nné,1\r\n\n</attachment>\n\n<attachment type=\"application/json\">\n{{}}\n</attachment>\n\n{prompt}", TextOf(message.GetProperty("content")));
        Assert.True((await fleet.QueryAsync<string>("SELECT request::text FROM generations WHERE id = $1", completed.GenerationId)).Length < 10_000, "stored bytes are not in the request");
        await end();
    }

    [Theory]
    [InlineData("nothing under it")]
    [InlineData("another tenant's")]
    [InlineData("rubbish")]
    [InlineData("address")]
    [InlineData("seventeen")]
    [InlineData("not a picture")]
    public async Task What_breaks_a_rule_is_refused_before_any_call_and_no_bytes_are_told(string what)
    {
        var (client, end) = await ClientAsync();
        var prompt = $"refuse {what}";

        var id = await fleet.SubmitAsync(Asked(prompt, what switch
        {
            "nothing under it" => [new() { ContentId = Guid.CreateVersion7() }],
            "another tenant's" => [await client.UploadAsync(Pictures.Png, tenant: "other")],
            "rubbish" => [new() { ContentId = await StoreAsync("image/png", "secret-canary"u8.ToArray()) }],
            "address" => [Pictures.At("https://169.254.169.254/secret-canary")],
            "seventeen" => [.. Enumerable.Repeat(Pictures.Of(Pictures.Png), 17)],
            _ => [Pictures.Of("secret-canary"u8.ToArray(), "image/gif")],
        }));

        var failed = await fleet.Events.TerminalAsync(id);
        Assert.Equal(("failed", nameof(FailureReason.InvalidRequest), "0"), (failed.Kind, failed.String("reason"), failed.String("attempts")));
        Assert.Contains(what switch { "seventeen" => "Messages has 17 attachments", "address" => "Attachments[0].Url is 'https://169.254.169.254/…'", "not a picture" => "Attachments[0].Data", _ => "Attachments[0].ContentId" },
            failed.String("message"), StringComparison.Ordinal);
        Assert.DoesNotContain("canary", failed.Raw, StringComparison.Ordinal);
        Assert.Empty(Calls("scripted", prompt));
        await end();
    }

    [Fact]
    public async Task What_is_no_base64_is_rejected_with_its_place()
    {
        var id = Guid.CreateVersion7();

        await fleet.Producer.SendAsync(
            "GenerateRequested", $$"""{"generationId":"{{id}}","messages":[{"role":"user","text":"x","attachments":[{"data":"no base64 canary"}]}]}""");

        var rejected = await fleet.Events.FirstAsync(seen => seen.Kind == "rejected" && seen.Id == id);
        Assert.Contains("messages[0].attachments[0].data", rejected.String("message"), StringComparison.Ordinal);
        Assert.DoesNotContain("canary", rejected.Raw, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scripted/gpt-4", "bytes", "does not look at pictures")]
    [InlineData("ollama/llama3.1:8b", "bytes", "does not look at pictures")]
    [InlineData("ollama/unheard-of", "address", "takes pictures as bytes only")]
    public async Task A_model_that_is_known_not_to_see_is_not_asked(string model, string what, string named)
    {
        var prompt = $"blind {model} {what}";

        var failed = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(Asked(prompt, Picture(what)) with { Model = model }));

        Assert.Equal(("failed", nameof(FailureReason.UnsupportedFeature), "0", "False"), (failed.Kind, failed.String("reason"), failed.String("attempts"), failed.String("retryable")));
        Assert.Contains(named, failed.String("message"), StringComparison.Ordinal);
        Assert.Empty(Calls("scripted", prompt).Concat(Calls("ollama", prompt)));
    }

    [Fact]
    public async Task A_fallback_that_cannot_see_is_passed_over_when_it_is_its_turn()
    {
        const string Prompt = "who of you sees";
        fleet.Provider.Respond(call => call.Refuse(401));
        given.Server("anthropic").Respond(call => call.Text("I do").Stop());

        var completed = await fleet.Events.TerminalAsync(await fleet.SubmitAsync(
            Asked(Prompt, Picture("address")) with { Fallbacks = ["huggingface/gpt-3.5-turbo", "ollama/unheard-of", "anthropic"] }));

        Assert.Equal(("completed", "I do"), (completed.Kind, completed.Text));
        Assert.Equal(
            ["Authentication", "UnsupportedFeature", "UnsupportedFeature"],
            completed.Message.GetProperty("failures").EnumerateArray().Select(failure => failure.GetProperty("reason").GetString()));
        Assert.Empty(Calls("huggingface", Prompt).Concat(Calls("ollama", Prompt)));
    }

    private static string? TextOf(JsonElement content) =>
        content.ValueKind == JsonValueKind.String ? content.GetString() : content.EnumerateArray().Last().GetProperty("text").GetString();

    private static Attachment Picture(string what) => what == "address" ? Pictures.At("https://example.com/a.png") : Pictures.Of(Pictures.Png);

    private static GenerateRequested Asked(string prompt, params Attachment[] attachments) =>
        FleetFixture.Request() with { Prompt = null, Messages = [new(MessageRole.User, prompt) { Attachments = attachments }] };

    private IReadOnlyList<ScriptedCall> Calls(string provider, string prompt) => RetryFleet.CallsOf(given.Server(provider), prompt);

    private Task<(Millrace.Client.MillraceClient, Func<Task>)> ClientAsync() =>
        Stage.ClientOfAServiceAsync(fleet.RabbitMq, _ => { });

    private Task<Guid> StoreAsync(string mediaType, byte[] bytes) => fleet.QueryAsync<Guid>(
        "INSERT INTO contents (id, tenant, media_type, bytes, sha256, created_at, used_at) VALUES (gen_random_uuid(), 'default', $1, $2, $2, now(), now()) RETURNING id", mediaType, bytes);
}
