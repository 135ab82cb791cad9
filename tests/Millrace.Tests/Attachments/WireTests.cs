using System.Text.Json;
using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Tests.Providers;
using Millrace.Tests.ScriptedProviders;
using Millrace.Worker.Attachments;

namespace Millrace.Tests.Attachments;

/// <summary>What really goes to each provider.</summary>
public sealed class WireTests
{
    private const string Url = "https://example.com/a%20b/c%2Fd.png?sig=x%2By%3D&e=1";

    [Fact]
    public async Task Dump()
    {
        foreach (var wire in Enum.GetValues<Wire>())
        {
            Console.WriteLine(wire + " " + (await SentAsync(wire, "What is it?", Pictures.Of(Pictures.Png), Pictures.Of(Pictures.Jpeg), Pictures.Of(Pictures.Gif), Pictures.Of(Pictures.WebP), Pictures.Text("a\n", name: "n.txt"))));
            try { Console.WriteLine(wire + " " + (await SentAsync(wire, "", Pictures.At(Url)))); } catch (Exception e) { Console.WriteLine(e.ToString()); }
        }
    }

    private static async Task<JsonElement> SentAsync(Wire wire, string text, params Attachment[] attachments)
    {
        await using var server = await ScriptedProvider.StartAsync(wire);
        using var provider = server.Provider(wire);
        ChatMessage[] prompt = [new(ChatRole.User, AttachmentContents.Of(text, attachments))];
        await provider.Stream(null, "test-model", prompt, TestContext.Current.CancellationToken).ReadAsync();
        return server.Calls[0].Body.GetProperty("messages");
    }
}
