using System.Text.Json;
using Millrace.Contracts;
using Millrace.Engine.Tools;
using Millrace.Tests.Commands;
using Millrace.Tests.Providers.Contract;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;
using Millrace.Worker.Cli;

namespace Millrace.Tests.Embedded;

/// <summary>A kind of provider of the program's own, in a whole worker.</summary>
[Integration]
public sealed class OwnKindTests
{
    [Fact]
    public async Task A_generation_runs_on_it_like_on_any_other()
    {
        using var folder = new ScratchFolder("kinds");
        await using var server = await ScriptedProvider.StartAsync(() => new PlainFormat());
        server.Respond(call =>
        {
            if (call.Number == 1) call.Refuse(503, headers: ("Retry-After", "0"));
            else call.Text("Hel", "lo").Usage(3, 2).Stop();
        });
        await using var worker = await EmbeddedWorker.StartAsync(
            folder.File("millrace.db"), server, KindUnderTest.All, ("Millrace:Providers:scripted:Kind", "Plain"), ("Millrace:Retry:BaseDelay", "00:00:00.001"));

        var answer = await Until.DoneAsync(worker.Client.GenerateAsync(
            new GenerateRequested { GenerationId = Guid.CreateVersion7(), Provider = "scripted", Prompt = "Say hello." }));

        Assert.Equal(("Hello", "scripted", 2), (answer.Text, answer.Provider, answer.Attempts));
        Assert.Equal((3, 2), (answer.Usage!.Input, answer.Usage.Output));
        Assert.All(server.Calls, call => Assert.Equal("sk-embedded", call.Headers["X-Plain-Key"]));
    }

    [Fact]
    public async Task The_verbs_know_it()
    {
        using var folder = new CommandFolder();
        await using var server = await ScriptedProvider.StartAsync(() => new PlainFormat());
        folder.Environment["Millrace__Providers__plain__Endpoint"] = server.Endpoint.ToString();
        folder.Environment["PLAIN_API_KEY"] = "k-1";

        var shown = await RunAsync(folder, "providers", "--json");
        var asked = await RunAsync(folder, "capabilities", "plain/m", "--json");

        var line = shown.Split('\n').Single(line => line.Contains("\"plain\"", StringComparison.Ordinal));
        var provider = JsonElement.Parse(line);
        Assert.Equal(("plain", "plain", true), (provider.GetProperty("name").GetString(), provider.GetProperty("kind").GetString(), provider.GetProperty("answers").GetBoolean()));
        Assert.Equal("k-1", server.LastProbe!.Headers["X-Plain-Key"]);
        Assert.Equal("m", JsonElement.Parse(asked).GetProperty("model").GetString());
    }

    private static async Task<string> RunAsync(CommandFolder folder, params string[] arguments)
    {
        var console = new PipedConsole(folder.Environment, "") { Kinds = KindUnderTest.All };
        Assert.Equal(0, await Until.DoneAsync(CommandLine.RunAsync(arguments, new LocalTools(), console)));
        return console.Written;
    }
}
