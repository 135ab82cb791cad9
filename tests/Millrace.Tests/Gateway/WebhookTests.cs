using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Millrace.Tests.Fleet;
using Millrace.Tests.Servers;
using static Millrace.Tests.Gateway.GatewayCalls;

namespace Millrace.Tests.Gateway;

/// <summary>Who is told of the end of generations, and how.</summary>
[Integration]
public sealed class WebhookTests(TestServers servers) : IAsyncLifetime
{
    private FleetFixture fleet = null!;
    private IWorker gateway = null!;
    private HttpClient http = null!;
    private WebhookReceiver receiver = null!;

    public async ValueTask InitializeAsync()
    {
        receiver = await WebhookReceiver.StartAsync();
        fleet = await FleetFixture.StartAsync(servers, 1, ("Millrace__Gateway__Webhooks__AllowPrivate", "true"),
            ("Millrace__Gateway__Webhooks__FirstDelay", "00:00:00.050"), ("Millrace__Gateway__Webhooks__Timeout", "00:01:00"), ("Millrace__Retry__MaxAttempts", "1"));
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await fleet.DisposeAsync();
        await receiver.DisposeAsync();
    }

    [Fact]
    public async Task The_end_of_a_generation_is_told_signed_once_and_without_what_was_said()
    {
        await ServeAsync(await fleet.AddGatewayAsync());
        fleet.Provider.Respond(call => call.Text("a secret answer").Usage(7, 3).Stop());
        var hook = await http.PostAsync("/api/webhooks", new { url = receiver.Url, channel = "billing", events = new[] { "generation.completed" } }, HttpStatusCode.Created);
        await http.PostAsync("/api/webhooks", new { url = new Uri(receiver.Url, "/failed"), events = new[] { "generation.failed" } }, HttpStatusCode.Created);
        var body = new { generationId = Guid.CreateVersion7(), prompt = "a secret prompt", channel = "billing", metadata = new { order = "42" } };

        await http.PostAsync("/api/generations", body, HttpStatusCode.Accepted);
        var message = (await receiver.UntilAsync(1))[0];

        Assert.Equal(Signature(hook.Text("secret"), message), message.Signature);
        var told = JsonElement.Parse(message.Body);
        Assert.Equal("generation.completed", told.Text("type"));
        var data = told.GetProperty("data");
        Assert.Equal((body.generationId.ToString(), "billing", "Stop", "7"), (data.Text("generationId"), data.Text("channel"), data.Text("finishReason"), data.GetProperty("usage").Text("input")));
        Assert.Equal("42", data.GetProperty("metadata").Text("order"));
        Assert.DoesNotContain("secret", message.Body, StringComparison.Ordinal);
        await VerifyInPythonAsync(hook.Text("secret"), message);

        // The same request again: its end is announced again, and told to nobody again
        await fleet.Producer.RequestAsync(new() { GenerationId = body.generationId, Prompt = body.prompt, Channel = body.channel, Metadata = new Dictionary<string, string> { ["order"] = "42" }, Tenant = "default" });
        await fleet.Events.UntilAsync(seen => seen.Count(e => e.Id == body.generationId && e.Kind == "completed") >= 2);
        await http.PostAsync("/generate", new { prompt = "on another channel" });
        await http.PostAsync("/api/generations", body with { generationId = Guid.CreateVersion7() }, HttpStatusCode.Accepted);
        Assert.Equal(2, (await receiver.UntilAsync(2)).DistinctBy(known => known.Id).Count());
        Assert.Equal(2, receiver.Messages.Count);

        var log = await DeliveredAsync(hook, 2);
        Assert.Equal(["delivered", "delivered"], log.Select(delivery => delivery.Text("state")));
        Assert.Equal(("204", body.generationId.ToString()), (log[1].GetProperty("attempts")[0].Text("status"), log[1].Text("generationId")));
        Assert.False((await http.GetAsync($"/api/webhooks/{hook.Text("id")}", HttpStatusCode.OK)).TryGetProperty("secret", out _));
        await OfAnotherTenantAsync(hook);
    }

    [Fact]
    public async Task What_was_not_taken_is_sent_again_until_it_is_or_until_nobody_wants_it()
    {
        await ServeAsync(await fleet.AddGatewayAsync());
        var statuses = new Queue<int>([500, 302, 204]);
        receiver.Answer = message => Task.FromResult(message.Path == "/gone" ? 410 : statuses.Dequeue());
        fleet.Provider.Respond(call => call.Refuse(401));
        var hook = await http.PostAsync("/api/webhooks", new { url = receiver.Url }, HttpStatusCode.Created);
        var gone = await http.PostAsync("/api/webhooks", new { url = new Uri(receiver.Url, "/gone") }, HttpStatusCode.Created);

        await http.PostAsync("/generate", new { prompt = "x" }, HttpStatusCode.BadGateway);
        var messages = await receiver.UntilAsync(3);

        Assert.Single(messages.Select(message => (message.Id, message.Body)).Distinct());
        Assert.Equal("Authentication", JsonElement.Parse(messages[0].Body).GetProperty("data").Text("reason"));
        Assert.All(messages, message => Assert.Equal(Signature(hook.Text("secret"), message), message.Signature));
        var delivery = (await DeliveredAsync(hook, 1))[0];
        Assert.Equal("delivered", delivery.Text("state"));
        Assert.Equal(["500", "302", "204"], delivery.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.Text("status")));

        var refused = (await DeliveredAsync(gone, 1))[0];
        Assert.Equal(("failed", 1), (refused.Text("state"), refused.GetProperty("attempts").GetArrayLength()));
        receiver.Answer = _ => Task.FromResult(200);
        await http.PostAsync($"/api/webhooks/{gone.Text("id")}/deliveries/{refused.Text("id")}/retry", null, HttpStatusCode.Accepted);
        await receiver.UntilAsync(2, "/gone");
        Assert.Equal("delivered", (await DeliveredAsync(gone, 1))[0].Text("state"));
    }

    [Fact]
    public async Task What_a_gateway_had_in_hand_when_it_died_and_what_ended_while_none_ran_is_told_by_the_next_one()
    {
        var doomed = await fleet.AddProcessAsync(role: "gateway");
        await ServeAsync(doomed);
        fleet.Provider.Respond(call => call.Text("Hello.").Stop());
        var silent = new TaskCompletionSource<int>();
        receiver.Answer = _ => silent.Task;
        var hook = await http.PostAsync("/api/webhooks", new { url = receiver.Url }, HttpStatusCode.Created);
        await http.PostAsync("/generate", new { prompt = "One." });
        await receiver.UntilAsync(1);
        await doomed.KillAsync();
        await fleet.QueryAsync<Guid>("UPDATE webhook_deliveries SET next_attempt_at = now() RETURNING id"); // the minute of its attempt is over
        receiver.Answer = _ => Task.FromResult(204);
        await fleet.Events.TerminalAsync(await fleet.SubmitAsync());

        using var next = await ClientAsync(fleet, await fleet.AddGatewayAsync());
        var messages = await receiver.UntilAsync(3);

        Assert.Equal(2, messages.DistinctBy(message => message.Id).Count());
        var log = await DeliveredAsync(hook, 2, next);
        Assert.All(log, delivery => Assert.Equal("delivered", delivery.Text("state")));
        silent.SetResult(204);
        await next.PostAsync($"/api/webhooks/{hook.Text("id")}/test", null, HttpStatusCode.Accepted);
        Assert.Equal("webhook.test", JsonElement.Parse((await receiver.UntilAsync(4))[3].Body).Text("type"));
        using var removed = await next.DeleteAsync(new Uri($"/api/webhooks/{hook.Text("id")}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        Assert.Equal(0L, await fleet.QueryAsync<long>("SELECT count(*) FROM webhook_deliveries"));
    }

    private async Task ServeAsync(IWorker by) => (gateway, http) = (by, await ClientAsync(fleet, by));

    private async Task OfAnotherTenantAsync(JsonElement hook)
    {
        using var other = ClientOf(gateway.Url, await TestKeys.CreateAsync(fleet.Postgres, key => key with { Tenant = "other" }));
        Assert.Empty((await other.GetAsync("/api/webhooks", HttpStatusCode.OK)).GetProperty("data").EnumerateArray());
        await other.GetAsync($"/api/webhooks/{hook.Text("id")}", HttpStatusCode.NotFound);
        await other.GetAsync($"/api/webhooks/{hook.Text("id")}/deliveries", HttpStatusCode.NotFound);
    }

    /// <summary>A webhook's deliveries, once there are as many and none of them waits.</summary>
    private async Task<List<JsonElement>> DeliveredAsync(JsonElement hook, int count, HttpClient? by = null)
    {
        var page = await (by ?? http).UntilAsync(
            $"/api/webhooks/{hook.Text("id")}/deliveries", page => page.Data().Count() >= count && page.Data().All(delivery => delivery.Text("state") != "pending"));
        return [.. page.Data()];
    }

    /// <summary>By the specification, and by nothing of ours.</summary>
    private static string Signature(string secret, ReceivedMessage message)
    {
        using var hmac = new HMACSHA256(Convert.FromBase64String(secret["whsec_".Length..]));
        return "v1," + Convert.ToBase64String(hmac.ComputeHash(Encoding.UTF8.GetBytes($"{message.Id}.{message.Timestamp}.{message.Body}")));
    }

    private static async Task VerifyInPythonAsync(string secret, ReceivedMessage message)
    {
        string[] command = [File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3", Path.Combine(TestPaths.Repository, "samples/python/webhook.py"), message.Id, message.Timestamp, message.Signature];
        var environment = new Dictionary<string, string?> { ["WEBHOOK_SECRET"] = secret };

        Assert.Equal("generation.completed\n", (await CommandLineProcess.RunAsync(command, environment, message.Body)).OutputOrThrow("webhook.py"));
        Assert.Equal(1, (await CommandLineProcess.RunAsync(command, environment, message.Body + " ")).ExitCode);
    }
}
