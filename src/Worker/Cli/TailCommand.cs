using System.CommandLine;
using System.Text.Json;
using Millrace.Contracts;
using Millrace.Engine.Tools;
using Millrace.Worker.Cli.Terminal;

namespace Millrace.Worker.Cli;

/// <summary><c>tail ID</c>: a generation's stream, from its beginning or after a sequence, while it runs or after its end.</summary>
internal static class TailCommand
{
    public static Command Create(LocalTools tools, CommandConsole console)
    {
        var id = IdArgument.Create();
        var from = new Option<long>("--from") { Description = "The last sequence that is already known. Default: 0, from the beginning." };
        var json = new Option<bool>("--json") { Description = "One JSON line for each chunk instead of text." };
        var command = new Command("tail", "Follow a generation.") { id, from, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var host = await CommandHost.StartAsync(tools, console, cancellation);
            await FollowAsync(console, host, parsed.GetValue(id), parsed.GetValue(from), parsed.GetValue(json));
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task FollowAsync(CommandConsole console, CommandHost host, Guid id, long after, bool json)
    {
        await using var stream = host.Client.FollowAsync(id, after, host.Interrupted);
        await foreach (var chunk in stream)
        {
            if (json) console.Out.WriteLine(JsonSerializer.Serialize(chunk, ContractsJson.Options));
            else if (chunk.Kind == ChunkKind.Text) console.Out.Write(chunk.Text);
            else if (ToolLines.Of(chunk) is { } line) console.Out.Write($"{Environment.NewLine}{line}{Environment.NewLine}");
            else if (chunk.Kind == ChunkKind.Restarted) console.Out.Write($"{Environment.NewLine}(begun again; what came after {chunk.KeepThrough} no longer counts){Environment.NewLine}");
        }
        if (!json) console.Out.WriteLine();
        await stream.Completion;
    }
}
