using System.CommandLine;
using System.Text.Json;
using Millrace.Client.Errors;
using Millrace.Contracts;
using Millrace.Engine.Composition;
using Millrace.Engine.Dispatch;
using Millrace.Engine.Tools;
using Millrace.Providers.Registry;
using Millrace.Worker.Cli.Terminal;
using Millrace.Worker.Hosting;
using Spectre.Console;

namespace Millrace.Worker.Cli;

/// <summary><c>capabilities</c>: what models can do, as the fleet's workers see it; without a fleet, as a worker here would.</summary>
internal static class CapabilitiesCommand
{
    public static Command Create(CommandConsole console)
    {
        var of = new Argument<string?>("provider/model")
        {
            Description = "A provider, or a model of one. Default: all providers with their default models.",
            Arity = ArgumentArity.ZeroOrOne,
        };

        var json = new Option<bool>("--json") { Description = "One JSON line for each model." };
        var command = new Command("capabilities", "Show what models can do.") { of, json };
        command.SetAction((parsed, cancellation) => RunAsync(console, parsed.GetValue(of), parsed.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(CommandConsole console, string? of, bool json, CancellationToken cancellation)
    {
        var configuration = console.CreateHostBuilder().Configuration;
        var models = Connections.From(configuration) is null
            ? AskHere(console, configuration, of)
            : await AskFleetAsync(console, of, cancellation);
        if (json) WriteJson(console, models);
        else console.WriteTable(TableOf(models));
        return ExitCode.Ok;
    }

    private static void WriteJson(CommandConsole console, IReadOnlyList<ModelCapabilities> models)
    {
        foreach (var model in models) console.Out.WriteLine(JsonSerializer.Serialize(model, ContractsJson.Options));
    }

    private static async Task<IReadOnlyList<ModelCapabilities>> AskFleetAsync(CommandConsole console, string? of, CancellationToken cancellation)
    {
        await using var host = await CommandHost.StartAsync(new LocalTools(), console, cancellation);
        var (provider, model) = Split(of);
        return await host.Client.CapabilitiesAsync(provider, model, cancellation);
    }

    private static IReadOnlyList<ModelCapabilities> AskHere(CommandConsole console, IConfiguration configuration, string? of)
    {
        using var services = new ServiceCollection()
            .AddSingleton(console.Kinds)
            .AddMillraceOptions(configuration)
            .AddProviders(configuration)
            .AddSingleton<Candidates>()
            .AddSingleton<ModelTable>()
            .AddSingleton<CapabilityTable>()
            .BuildServiceProvider();
        var (provider, model) = Split(of);
        var question = new CapabilitiesRequested { RequestId = Guid.NewGuid(), Provider = provider, Model = model };
        var answer = services.GetRequiredService<CapabilityTable>().Answer(question);
        return answer.Problem is { } problem ? throw new ProviderNotFoundException(problem) : answer.Models;
    }

    /// <summary>One word is a provider; with a slash it is a model, whose own name may have more of them.</summary>
    private static (string? Provider, string? Model) Split(string? of) => of?.Split('/', 2) switch
    {
        null => (null, null),
        [var provider] => (provider, null),
        [var provider, ""] => (provider, null),
        [var provider, var model, ..] => (provider, model),
        _ => (null, null),
    };

    private static Table TableOf(IReadOnlyList<ModelCapabilities> models)
    {
        var table = new Table().AddColumns("provider", "model", "known", "context", "output", "streaming", "tools", "vision", "image urls", "JSON", "JSON schema");
        foreach (var model in models)
        {
            table.AddRow(new[]
            {
                model.Provider, model.Model ?? "-", Shown(model.Known), $"{model.ContextTokens:N0}", model.MaxOutputTokens is { } output ? $"{output:N0}" : "-",
                Shown(model.Streaming), Shown(model.Tools), Shown(model.Vision), Shown(model.ImageUrls), Shown(model.JsonMode), Shown(model.JsonSchema),
            }.Select(Markup.Escape).ToArray());
        }
        return table;
    }

    private static string Shown(bool? can) => can switch { true => "yes", false => "no", _ => "?" };
}
