using System.CommandLine;
using System.Text.Json;
using Millrace.Contracts;
using Millrace.Providers.Registry;
using Millrace.Worker.Cli.Terminal;
using Spectre.Console;

namespace Millrace.Worker.Cli;

/// <summary><c>providers</c>: what is configured here, and whether it answers.</summary>
internal static class ProvidersCommand
{
    public static Command Create(CommandConsole console)
    {
        var json = new Option<bool>("--json") { Description = "One JSON line for each provider." };
        var command = new Command("providers", "Show the configured providers and whether they answer.") { json };
        command.SetAction((parsed, cancellation) => RunAsync(console, parsed.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(CommandConsole console, bool json, CancellationToken cancellation)
    {
        var builder = console.CreateHostBuilder();
        builder.Services.AddProviders(builder.Configuration);
        using var host = builder.Build();
        var registry = host.Services.GetRequiredService<ProviderRegistry>();
        var probes = await Task.WhenAll(registry.All.Select(provider => provider.ProbeAsync(cancellation)));
        var rows = registry.All.Zip(probes).ToList();
        if (json) WriteJson(console.Out, rows);
        else console.WriteTable(TableOf(rows));
        return probes.All(probe => probe.Ok) ? ExitCode.Ok : ExitCode.Failed;
    }

    private static void WriteJson(TextWriter output, List<(Provider Provider, ProviderProbe Probe)> rows)
    {
        foreach (var (provider, probe) in rows)
        {
            output.WriteLine(JsonSerializer.Serialize(
                new
                {
                    name = provider.Name,
                    kind = provider.Kind.Id,
                    endpoint = provider.Options.Endpoint,
                    defaultModel = provider.DefaultModel,
                    answers = probe.Ok,
                    tookMs = Math.Round(probe.Took.TotalMilliseconds),
                    problem = probe.Problem,
                },
                ContractsJson.Options));
        }
    }

    private static Table TableOf(List<(Provider Provider, ProviderProbe Probe)> rows)
    {
        var table = new Table().AddColumns("provider", "kind", "default model", "endpoint", "answers");
        foreach (var (provider, probe) in rows)
        {
            table.AddRow(new[]
            {
                provider.Name,
                provider.Kind.Id,
                provider.DefaultModel ?? "-",
                provider.Options.Endpoint?.ToString() ?? "-",
                probe.Problem ?? $"yes, in {probe.Took.TotalMilliseconds:0} ms",
            }.Select(Markup.Escape).ToArray());
        }
        return table;
    }
}
