using System.Text.Json;
using Millrace.Client.Sessions;
using Millrace.Contracts;
using Millrace.Worker.Cli.Terminal;
using Spectre.Console;

namespace Millrace.Worker.Cli;

/// <summary>How sessions look on standard output.</summary>
internal sealed class SessionOutput(CommandConsole console)
{
    private const int ShownOfPrompt = 40;

    public async Task ListAsync(IAsyncEnumerable<SessionDescription> sessions, int limit, bool json)
    {
        var shown = await sessions.Take(limit + 1).ToListAsync();
        if (json) shown.Take(limit).ToList().ForEach(WriteJson);
        else WriteTable(shown.Take(limit));
        if (shown.Count > limit) console.Error.WriteLine($"There are more than {limit}; --limit shows more.");
    }

    public async Task ShowAsync(MillraceSession handle, bool json, CancellationToken cancellation)
    {
        var session = await handle.DescribeAsync(cancellation);
        if (json) WriteJson(session);
        else WriteHead(session);
        var tools = new Dictionary<string, string>();
        await foreach (var message in handle.MessagesAsync(cancellationToken: cancellation))
        {
            if (json) WriteJson(message);
            else WriteMessage(message, tools);
        }
    }

    /// <param name="message">What is shown.</param>
    /// <param name="tools">The names of the tools by the ids of the calls so far; a result has only the id.</param>
    private void WriteMessage(SessionMessage message, Dictionary<string, string> tools)
    {
        console.Out.WriteLine($"{Environment.NewLine}{message.Ordinal} {Speaker(message)}");
        if (message.Text.Length > 0 || message.Partial) console.Out.WriteLine(message.Text);
        foreach (var call in message.ToolCalls ?? [])
        {
            tools[call.Id] = call.Name;
            console.Out.WriteLine($"[calling {call.Name} {call.Arguments}]");
        }
        foreach (var result in message.ToolResults ?? [])
            console.Out.WriteLine(ToolLines.Of(tools.GetValueOrDefault(result.CallId, result.CallId), result.Text, result.IsError));
        foreach (var attachment in message.Attachments ?? []) console.Out.WriteLine($"[attached: {attachment.Name ?? attachment.MediaType}]");
    }

    private void WriteHead(SessionDescription session)
    {
        console.Out.WriteLine($"session   {session.SessionId}");
        if (session.SystemPrompt is { } system) console.Out.WriteLine($"system    {system}");
        if (Answers(session) is { } answers) console.Out.WriteLine($"answers   {answers}");
        console.Out.WriteLine($"messages  {session.MessageCount}");
        if (session.ActiveGeneration is { } active) console.Out.WriteLine($"busy      with {active}; {session.Waiting} more wait");
        if (session.Usage is { } usage) console.Out.WriteLine($"tokens    {usage.InputTokens:N0} in, {usage.OutputTokens:N0} out");
        if (session.Usage is { Cost: not null } or { WithoutPrice: > 0 }) console.Out.WriteLine($"cost      {UsageOutput.Dollars(session.Usage.Cost, session.Usage.WithoutPrice)}");
        console.Out.WriteLine($"created   {session.CreatedAt:u}");
        console.Out.WriteLine($"used      {session.UpdatedAt:u}");
    }

    private static string Speaker(SessionMessage message) =>
        message.Role.ToString().ToLowerInvariant() + (message.Model is { } model ? $", {message.Provider}/{model}" : "") + (message.Partial ? ", partial" : "") + Attached(message.Attachments ?? []);

    private static string Attached(IReadOnlyList<Attachment> attachments) =>
        string.Concat(attachments.Select(attachment => $", with {attachment.Name ?? attachment.Url ?? attachment.MediaType ?? "a picture"}"));

    private void WriteTable(IEnumerable<SessionDescription> sessions)
    {
        var table = new Table().AddColumns("session", "messages", "answers", "used", "system prompt");
        foreach (var session in sessions)
        {
            table.AddRow(new[]
            {
                $"{session.SessionId}",
                $"{session.MessageCount}{(session.ActiveGeneration is null ? "" : ", busy")}",
                Answers(session) ?? "-",
                $"{session.UpdatedAt:u}",
                FirstLine(session.SystemPrompt),
            }.Select(Markup.Escape).ToArray());
        }
        console.WriteTable(table);
    }

    private static string? Answers(SessionDescription session) =>
        session.Provider is null ? session.Model : session.Model is null ? session.Provider : $"{session.Provider}/{session.Model}";

    private static string FirstLine(string? prompt)
    {
        var line = prompt?.Split('\n')[0].Trim() ?? "-";
        return line.Length <= ShownOfPrompt ? line : line[..ShownOfPrompt] + "…";
    }

    private void WriteJson<T>(T record) => console.Out.WriteLine(JsonSerializer.Serialize(record, ContractsJson.Options));
}
