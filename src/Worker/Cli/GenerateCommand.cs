using System.CommandLine;
using Millrace.Contracts;
using Millrace.Engine.Settings;
using Millrace.Engine.Tools;
using Millrace.Worker.Cli.Terminal;

namespace Millrace.Worker.Cli;

/// <summary><c>generate PROMPT…</c>: answers on standard output.</summary>
internal static class GenerateCommand
{
    public static Command Create(LocalTools tools, CommandConsole console)
    {
        var prompts = new Argument<string[]>("prompt") { Description = "What to ask; several run at once, those of a session in turn. '-' reads standard input.", Arity = ArgumentArity.OneOrMore };
        prompts.Validators.Add(given =>
        {
            // A misspelt option would else be a prompt of its own, and be paid for
            foreach (var word in given.Tokens.Select(token => token.Value).Where(word => word.Length > 1 && word[0] == '-' && !word.Any(char.IsWhiteSpace)))
                given.AddError($"'{word}' is not an option of generate. A prompt that looks like one can come from standard input: '-'.");
        });
        var provider = new Option<string?>("--provider") { Description = "Who answers, by its configured name." };
        var model = new Option<string?>("--model") { Description = "The model, also as provider/model. Default: the provider's." };
        var system = new Option<string?>("--system") { Description = "Instructions before the prompt." };
        var temperature = new Option<double?>("--temperature") { Description = "Randomness, 0 to 2. Default: the provider's." };
        var maxTokens = new Option<int?>("--max-tokens") { Description = "The most tokens to generate. Default: the provider's." };
        var session = IdArgument.SessionOption("The session that the prompts are turns of, one after the other. One that does not exist is made.");
        var attach = new Option<string[]>("--attach") { Description = "A picture or a text that goes with each prompt: png, jpeg, gif, webp, txt, md, csv, json. Can be given up to 16 times.", Arity = ArgumentArity.OneOrMore };
        var json = new Option<bool>("--json") { Description = "One JSON line for each outcome instead of text." };
        var noStream = new Option<bool>("--no-stream") { Description = "Print the answer when it is complete." };
        var command = new Command("generate", "Generate answers to one or more prompts.")
        {
            prompts, session, provider, model, system, temperature, maxTokens, attach, json, noStream,
        };
        var toolArguments = new ToolArguments();
        toolArguments.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            GenerateRequested Request(string prompt, TimeProvider time) => new()
            {
                GenerationId = Guid.CreateVersion7(time.GetUtcNow()),
                Prompt = prompt,
                SessionId = parsed.GetValue(session),
                Provider = parsed.GetValue(provider),
                Model = parsed.GetValue(model),
                SystemPrompt = parsed.GetValue(system),
                Options = Options(parsed.GetValue(temperature), parsed.GetValue(maxTokens)),
            };
            var texts = await ReadAsync(console, parsed.GetValue(prompts)!, cancellation);
            var files = await AttachedFiles.ReadAsync(parsed.GetValue(attach) ?? [], cancellation);
            var output = new AnswerOutput(console, parsed.GetValue(json), parsed.GetValue(noStream));
            await using var host = await CommandHost.StartAsync(tools, console, cancellation);
            var attachments = await files.StoreAsync(host.Client, cancellation);
            var requests = texts.Select(text => Request(text, host.Time)).Select(toolArguments.Read(parsed)).Select(request => AttachedFiles.With(request, attachments)).ToList();
            return await new GenerateRun(host, output, requests).RunAsync();
        });
        return command;
    }

    private static GenerationOptions? Options(double? temperature, int? maxTokens) =>
        temperature is null && maxTokens is null ? null : new() { Temperature = temperature, MaxOutputTokens = maxTokens };

    private static async Task<IReadOnlyList<string>> ReadAsync(CommandConsole console, string[] prompts, CancellationToken cancellation)
    {
        if (prompts.Count(prompt => prompt == "-") > 1) throw new ConfigurationException("'-' is given more than once; standard input can be read once.");
        var read = new List<string>();
        foreach (var prompt in prompts) read.Add(prompt == "-" ? await console.In.ReadToEndAsync(cancellation) : prompt);
        return read;
    }
}
