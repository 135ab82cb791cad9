using System.CommandLine;
using Millrace.Engine.Settings;
using Millrace.Engine.Tools;
using Millrace.Persistence.Batches;
using Millrace.Persistence.Model;
using Millrace.Worker.Cli.Terminal;

namespace Millrace.Worker.Cli.Batches;

/// <summary>
/// <c>batch …</c>: files of prompts. It goes to the database; the lines are run by the fleet's workers or, without connection strings, by this process.
/// </summary>
internal sealed class BatchCommand(LocalTools tools, CommandConsole console)
{
    private readonly BatchOutput output = new(console);

    public static Command Create(LocalTools tools, CommandConsole console) => new BatchCommand(tools, console).Create();

    private Command Create() => new("batch", "Run files of prompts: thousands of generations at a time.")
    {
        BatchRunCommand.Create(tools, console),
        Submit(),
        Status(),
        Results(),
        Cancel(),
        RetryFailed(),
    };

    private Command Submit()
    {
        var arguments = new BatchArguments();
        var command = new Command("submit", "Make a batch of a file, print its id and leave it to the fleet.");
        arguments.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var settings = arguments.Read(parsed);
            await using var host = await BatchHost.StartAsync(tools, console, cancellation);
            var input = new BatchInput(settings.File, settings.Template, settings.Encoding);
            var (batch, isNew) = await new BatchSubmission(host, settings, input).SubmitAsync(host.Interrupted);
            await console.Out.WriteLineAsync(batch.Id.ToString());
            if (!isNew)
                await console.Error.WriteLineAsync($"A batch of this file is there already ({batch.State}). --new makes another.");
            if (host.IsEmbedded)
                await console.Error.WriteLineAsync("Without connection strings lines run only while a command or 'serve' does: 'batch run' the file, or 'serve'.");
            return ExitCode.Ok;
        });
        return command;
    }

    private Command Status()
    {
        var id = new Argument<Guid?>("batch")
        {
            Description = "Which batch. Default: the latest 20.",
            Arity = ArgumentArity.ZeroOrOne,
            CustomParser = given => IdArgument.Parse(given, "batch"),
        };

        var json = new Option<bool>("--json") { Description = "One JSON line for each batch." };
        var tenant = BatchArguments.TenantOption();
        var command = new Command("status", "How batches get on.") { id, json, tenant };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var host = await BatchHost.StartAsync(tools, console, cancellation);
            var batches = parsed.GetValue(id) is { } one
                ? [await FindAsync(host, parsed.GetValue(tenant)!, one)]
                : await host.Batches.ListAsync(parsed.GetValue(tenant)!, null, 20, host.Interrupted);
            if (parsed.GetValue(json)) batches.ForEach(output.WriteJson);
            else output.WriteTable(batches);
            if (!parsed.GetValue(json) && batches is [var single]) output.WriteFaults(single);
            return ExitCode.Ok;
        });
        return command;
    }

    private Command Results()
    {
        var id = IdArgument.Create("batch");
        var which = new Option<BatchResults>("--which")
        {
            Description = "answers, errors, or inorder: all in the order of the file, up to the first that has not ended. Default: answers.",
        };

        var file = new Option<string?>("--output", "-o")
        {
            Description = "The file to write. Default: standard output.",
        };

        var follow = new Option<bool>("--follow") { Description = "Wait for more until the batch has ended." };
        var tenant = BatchArguments.TenantOption();
        var command = new Command("results", "The results that there are, as JSON lines.") { id, which, file, follow, tenant };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var host = await BatchHost.StartAsync(tools, console, cancellation);
            var batch = await FindAsync(host, parsed.GetValue(tenant)!, parsed.GetValue(id));
            var target = parsed.GetValue(file) is { } path ? File.CreateText(path) : console.Out;
            await using var writer = new JsonResultWriter(host.Results, parsed.GetValue(which), target);
            if (parsed.GetValue(follow)) await new BatchFollower(host, new(console), [writer]).FollowAsync(batch, host.Interrupted);
            else await writer.WriteAsync(batch, host.Interrupted);
            return ExitCode.Ok;
        });
        return command;
    }

    private Command Cancel() => Change("cancel", "End a batch: what has ended stays, the rest does not run.", async (host, batch, _) =>
        (await host.Batches.CancelAsync(batch.Tenant, batch.Id, host.Interrupted))!);

    private Command RetryFailed()
    {
        var budget = new Option<decimal?>("--budget")
        {
            Description = "US dollars that the batch may cost from its beginning on. Default: as before.",
        };

        var command = Change("retry-failed", "Run the lines of an ended batch again that have no answer.", async (host, batch, parsed) =>
            await host.Retries.RetryAsync(batch.Tenant, batch.Id, parsed.GetValue(budget), host.Interrupted)
                ? await FindAsync(host, batch.Tenant, batch.Id)
                : throw new ConfigurationException(
                    $"Batch {batch.Id} is {batch.State} with {batch.Completed} of {batch.Total} lines answered: there is nothing to run again."));
        command.Add(budget);
        return command;
    }

    private Command Change(string verb, string description, Func<BatchHost, Batch, ParseResult, Task<Batch>> change)
    {
        var id = IdArgument.Create("batch");
        var tenant = BatchArguments.TenantOption();
        var command = new Command(verb, description) { id, tenant };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var host = await BatchHost.StartAsync(tools, console, cancellation);
            var changed = await change(host, await FindAsync(host, parsed.GetValue(tenant)!, parsed.GetValue(id)), parsed);
            await console.Out.WriteLineAsync($"{changed.Id} is {changed.State}.");
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<Batch> FindAsync(BatchHost host, string tenant, Guid id) =>
        await host.Batches.FindAsync(tenant, id, host.Interrupted)
        ?? throw new ConfigurationException($"Tenant '{tenant}' has no batch {id}. 'batch status' lists the latest.");
}
