using System.CommandLine;
using Millrace.Persistence;

namespace Millrace.Worker.Commands;

/// <summary><c>keys …</c>: the API keys to the gateways. It goes to the database and needs neither broker nor workers.</summary>
internal static class KeysCommand
{
    public static Command Create() => new("keys", "Make, show and revoke the API keys to the gateways.") { New(), List(), Revoke() };

    private static Command New()
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
            if (parsed.GetValue(json)) KeyOutput.WriteJson(made, key);
            else KeyOutput.WriteNew(made, key);
            return ExitCode.Ok;
        }, cancellation));
        return command;
    }

    private static Command List()
    {
        var json = Json("One JSON line for each key.");
        var command = new Command("list", "The keys, never their secrets, with the time of the last generation that each made.") { json };
        command.SetAction((parsed, cancellation) => RunAsync(async keys =>
        {
            var all = await keys.ListAsync(cancellation);
            if (parsed.GetValue(json)) all.ForEach(key => KeyOutput.WriteJson(key));
            else KeyOutput.WriteTable(all);
            return ExitCode.Ok;
        }, cancellation));
        return command;
    }

    private static Command Revoke()
    {
        var which = new Argument<string>("key") { Description = "What the key begins with, mr_…, or its id." };
        var json = Json("One JSON line.");
        var command = new Command("revoke", "End a key. Gateways that have just used it let it in for up to 5 s more.") { which, json };
        command.SetAction((parsed, cancellation) => RunAsync(async keys =>
        {
            var named = parsed.GetValue(which)!;
            if (Named(await keys.ListAsync(cancellation), named) is not { } found)
            {
                Console.Error.WriteLine("There is no such key. 'keys list' shows how each one begins.");
                return ExitCode.Failed;
            }
            await keys.RevokeAsync(found.Id, cancellation);
            if (parsed.GetValue(json)) KeyOutput.WriteJson(Named(await keys.ListAsync(cancellation), named)!);
            else Console.Out.WriteLine($"{found.Prefix} ({found.Name}) is revoked.");
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

    private static Task<int> RunAsync(Func<ApiKeyStore, Task<int>> run, CancellationToken cancellation) =>
        DatabaseHost.RunAsync(services => run(services.GetRequiredService<ApiKeyStore>()), cancellation);
}
