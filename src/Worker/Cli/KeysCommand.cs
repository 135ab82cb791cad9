using System.CommandLine;
using Millrace.Persistence.Access;
using Millrace.Worker.Cli.Terminal;

namespace Millrace.Worker.Cli;

/// <summary><c>keys …</c>: the API keys to the gateways. It goes to the database and needs neither broker nor workers.</summary>
internal sealed class KeysCommand(CommandConsole console)
{
    private readonly KeyOutput output = new(console);

    public static Command Create(CommandConsole console) => new KeysCommand(console).All();

    private Command All() => new("keys", "Make, show and revoke the API keys to the gateways.") { New(), List(), Revoke() };

    private Command New()
    {
        var arguments = new KeyArguments();
        var json = Json("One JSON line, with the key in it.");
        var command = new Command("create", "Make a key and print it. It is not shown again.") { json };
        arguments.AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(async keys =>
        {
            var wanted = arguments.Read(parsed);
            var (id, key) = await keys.AddAsync(wanted, cancellation);
            var made = (await keys.ListAsync(cancellation)).Single(listed => listed.Id == id);
            if (parsed.GetValue(json)) output.WriteJson(made, key);
            else output.WriteNew(made, key);
            return ExitCode.Ok;
        }, cancellation));
        return command;
    }

    private Command List()
    {
        var json = Json("One JSON line for each key.");
        var command = new Command("list", "The keys, never their secrets, with the time of the last generation that each made.") { json };
        command.SetAction((parsed, cancellation) => RunAsync(async keys =>
        {
            var all = await keys.ListAsync(cancellation);
            if (parsed.GetValue(json)) all.ForEach(key => output.WriteJson(key));
            else output.WriteTable(all);
            return ExitCode.Ok;
        }, cancellation));
        return command;
    }

    private Command Revoke()
    {
        var which = new Argument<string>("key") { Description = "What the key begins with, mr_…, or its id." };
        var json = Json("One JSON line.");
        var command = new Command("revoke", "End a key. Gateways that have just used it let it in for up to 5 s more.") { which, json };
        command.SetAction((parsed, cancellation) => RunAsync(async keys =>
        {
            var named = parsed.GetValue(which)!;
            if (Named(await keys.ListAsync(cancellation), named) is not { } found)
            {
                console.Error.WriteLine("There is no such key. 'keys list' shows how each one begins.");
                return ExitCode.Failed;
            }
            await keys.RevokeAsync(found.Id, cancellation);
            if (parsed.GetValue(json)) output.WriteJson(Named(await keys.ListAsync(cancellation), named)!);
            else console.Out.WriteLine($"{found.Prefix} ({found.Name}) is revoked.");
            return ExitCode.Ok;
        }, cancellation));
        return command;
    }

    /// <summary>A whole key is taken, too: who finds one that has leaked has all of it.</summary>
    private static ListedApiKey? Named(List<ListedApiKey> keys, string named)
    {
        var prefix = ApiKeySecret.PrefixOf(named) ?? named;
        return keys.Find(key => key.Prefix == prefix || (Guid.TryParse(named, out var id) && key.Id == id));
    }

    private static Option<bool> Json(string description) => new("--json") { Description = description };

    private Task<int> RunAsync(Func<ApiKeyStore, Task<int>> run, CancellationToken cancellation) =>
        DatabaseHost.RunAsync(console, services => run(services.GetRequiredService<ApiKeyStore>()), cancellation);
}
