using System.CommandLine;
using Millrace.Client.Sessions;
using Millrace.Engine.Tools;
using Millrace.Worker.Cli.Terminal;

namespace Millrace.Worker.Cli;

/// <summary><c>sessions …</c>: the conversations that the fleet keeps.</summary>
internal sealed class SessionsCommand(LocalTools tools, CommandConsole console)
{
    private readonly SessionOutput output = new(console);

    public static Command Create(LocalTools tools, CommandConsole console) => new SessionsCommand(tools, console).All();

    private Command All() => new("sessions", "Show and change the conversations that the fleet keeps.")
    {
        List(),
        Show(),
        Export(),
        Import(),
        Clear(),
        Delete(),
        Fork(),
    };

    private Command List()
    {
        var json = new Option<bool>("--json") { Description = "One JSON line for each session." };
        var limit = new Option<int>("--limit") { Description = "The most to show. Default: 100.", DefaultValueFactory = _ => 100 };
        limit.Validators.Add(given =>
        {
            if (given.Tokens.Count > 0 && int.TryParse(given.Tokens[0].Value, out var number) && number < 1) given.AddError($"--limit is {number}; it must be at least 1.");
        });
        var command = new Command("list", "The sessions, the latest used first.") { json, limit };
        command.SetAction((parsed, cancellation) => RunAsync(host =>
            output.ListAsync(host.Client.ListSessionsAsync(cancellationToken: host.Interrupted), parsed.GetValue(limit), parsed.GetValue(json)), cancellation));
        return command;
    }

    private Command Show()
    {
        var id = IdArgument.Create("session");
        var json = new Option<bool>("--json") { Description = "One JSON line for the session and one for each message." };
        var command = new Command("show", "A session and its messages.") { id, json };
        command.SetAction((parsed, cancellation) => RunAsync(host =>
            output.ShowAsync(host.Client.Session(parsed.GetValue(id)), parsed.GetValue(json), host.Interrupted), cancellation));
        return command;
    }

    private Command Export()
    {
        var id = IdArgument.Create("session");
        var file = new Option<string?>("--output", "-o") { Description = "The file to write. Default: standard output." };
        var command = new Command("export", "A session as a JSON document.") { id, file };
        command.SetAction((parsed, cancellation) => RunAsync(host =>
            SessionFiles.ExportAsync(console, host.Client.Session(parsed.GetValue(id)), parsed.GetValue(file), host.Interrupted), cancellation));
        return command;
    }

    private Command Import()
    {
        var file = new Argument<string>("file") { Description = "A document that 'export' wrote. '-' reads standard input." };
        var id = IdArgument.SessionOption("The new session's id. Default: a new one.", "--id");
        var command = new Command("import", "Make a session out of a JSON document.") { file, id };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var source = SessionFiles.Open(console, parsed.GetValue(file)!);
            return await RunAsync(async host =>
                console.Out.WriteLine((await host.Client.ImportSessionAsync(source, parsed.GetValue(id), cancellationToken: host.Interrupted)).Id), cancellation);
        });
        return command;
    }

    private Command Clear() => Change("clear", "Remove a session's messages and keep the rest.", async (session, interrupted) =>
    {
        await session.ClearAsync(interrupted);
        console.Out.WriteLine($"{session.Id} is empty.");
    });

    private Command Delete() => Change("delete", "Remove a session with its messages.", async (session, interrupted) =>
    {
        await session.DeleteAsync(interrupted);
        console.Out.WriteLine($"{session.Id} is deleted.");
    });

    private Command Fork()
    {
        var id = IdArgument.Create("session");
        var through = new Option<long?>("--through") { Description = "The last message to copy, by its number. Default: all." };
        var command = new Command("fork", "Copy a session, up to a message, and print the copy's id.") { id, through };
        command.SetAction((parsed, cancellation) => RunAsync(async host =>
            console.Out.WriteLine((await host.Client.Session(parsed.GetValue(id)).ForkAsync(parsed.GetValue(through), cancellationToken: host.Interrupted)).Id), cancellation));
        return command;
    }

    private Command Change(string verb, string description, Func<MillraceSession, CancellationToken, Task> change)
    {
        var id = IdArgument.Create("session");
        var command = new Command(verb, description) { id };
        command.SetAction((parsed, cancellation) => RunAsync(host => change(host.Client.Session(parsed.GetValue(id)), host.Interrupted), cancellation));
        return command;
    }

    private async Task<int> RunAsync(Func<CommandHost, Task> run, CancellationToken cancellation)
    {
        await using var host = await CommandHost.StartAsync(tools, console, cancellation);
        await run(host);
        return ExitCode.Ok;
    }
}
