using Millrace.Client;
using Millrace.Client.Errors;
using Millrace.Client.RabbitMq;
using Millrace.Contracts;
using Millrace.Worker.Cli.Terminal;

namespace Millrace.Worker.Cli;

/// <summary>
/// Calls of this command's own generations that wait for somebody's consent: whoever sits at the terminal is asked; where nobody does, a note says which
/// command answers.
/// </summary>
internal sealed class ApprovalPrompt : IAsyncDisposable
{
    private static readonly TimeSpan LookAtKeys = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource ended = new();
    private readonly MillraceClient client;
    private readonly AnswerOutput output;
    private readonly CommandConsole console;
    private readonly Task watch;

    /// <param name="client">Hears what is asked, and answers.</param>
    /// <param name="output">Where questions are shown.</param>
    /// <param name="isOwn">Whether a generation is this command's.</param>
    public ApprovalPrompt(MillraceClient client, AnswerOutput output, Func<Guid, bool> isOwn)
    {
        (this.client, this.output, console) = (client, output, output.Console);
        watch = WatchAsync(isOwn);
    }

    private bool SomebodyIsThere => !console.IsInputRedirected && !console.IsErrorRedirected;

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await watch;
        ended.Dispose();
    }

    private async Task WatchAsync(Func<Guid, bool> isOwn)
    {
        try
        {
            await foreach (var asked in client.ToolApprovalsAsync(ended.Token))
            {
                if (!isOwn(asked.GenerationId)) continue;
                if (SomebodyIsThere) await AskAsync(asked);
                else output.Note($"[{asked.Call.Name} waits for consent to {ToolLines.Short(asked.Call.Arguments)}: 'approve {asked.GenerationId} {asked.Call.Id}' or 'deny' answers]");
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // There is nothing more to agree to
        }
        catch (FleetUnreachableException fault)
        {
            output.Note($"Questions for consent are not seen here: {fault.Message}");
        }
    }

    /// <summary>A key is looked for, not waited for: the generation can end, or somebody else can answer, while the question stands here.</summary>
    private async Task AskAsync(ToolApprovalRequested asked)
    {
        console.Error.Write($"{Environment.NewLine}Allow {asked.Call.Name} {ToolLines.Short(asked.Call.Arguments)}? [y/n] ");
        while (true)
        {
            while (!console.KeyAvailable) await Task.Delay(LookAtKeys, console.Time, ended.Token);
            var key = char.ToLowerInvariant(console.ReadKey());
            if (key is not ('y' or 'n')) continue;
            console.Error.WriteLine(key);
            await (key == 'y'
                ? client.ApproveToolCallAsync(asked.GenerationId, asked.Call.Id, ended.Token)
                : client.DenyToolCallAsync(asked.GenerationId, asked.Call.Id, cancellationToken: ended.Token));
            return;
        }
    }
}
