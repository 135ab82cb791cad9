using System.CommandLine;
using Millrace.Gateway.Usage;
using Millrace.Persistence.Usage;
using Millrace.Worker.Cli.Terminal;

namespace Millrace.Worker.Cli;

/// <summary><c>usage</c>: what was used and what it cost. It goes to the database and needs neither broker nor workers.</summary>
internal static class UsageCommand
{
    public static Command Create(CommandConsole console)
    {
        var from = new Option<string?>("--from") { Description = "The first moment: a day, which begins in UTC, or a time. Default: 30 days before the end." };
        var to = new Option<string?>("--to") { Description = "The first moment that is not in it any more. Default: now." };
        var by = new Option<string?>("--by") { Description = $"What rows are told apart by, with commas: {string.Join(", ", UsageTerms.GroupNames)}. Default: day." };
        var tenant = new Option<string?>("--tenant") { Description = "Only this tenant's. Default: all." };
        var csv = new Option<bool>("--csv") { Description = "Comma-separated values with a head (RFC 4180)." };
        var json = new Option<bool>("--json") { Description = "One JSON line for each row." };
        var command = new Command("usage", "Show tokens and cost, by day, model, tenant and more.") { from, to, by, tenant, csv, json };
        command.Validators.Add(given =>
        {
            if (given.GetValue(csv) && given.GetValue(json)) given.AddError("--csv and --json are two forms of one report; give one of them.");
        });
        command.SetAction((parsed, cancellation) => DatabaseHost.RunAsync(console, async services =>
        {
            var asked = UsageTerms.Read(parsed.GetValue(from), parsed.GetValue(to), parsed.GetValue(by), TimeProvider.System.GetUtcNow()) with { Tenant = parsed.GetValue(tenant) };
            var report = await services.GetRequiredService<UsageStore>().ReadAsync(asked, cancellation);
            if (parsed.GetValue(csv)) UsageCsv.Write(console.Out, asked.Groups, report.Rows);
            else if (parsed.GetValue(json)) UsageOutput.WriteJson(console.Out, asked.Groups, report.Rows);
            else console.WriteTable(UsageOutput.TableOf(asked.Groups, report.Rows));
            if (report.IsCut) console.Error.WriteLine($"There are more than {UsageStore.MostRows} rows; ask for a shorter time or fewer groups.");
            return ExitCode.Ok;
        }, cancellation));
        return command;
    }
}
