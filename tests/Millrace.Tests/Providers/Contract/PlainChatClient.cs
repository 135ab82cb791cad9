using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Providers.Failures;

namespace Millrace.Tests.Providers.Contract;

/// <summary>A chat client as a program may have one: a line of JSON for each piece of the answer (<see cref="PlainFormat"/>).</summary>
internal sealed class PlainChatClient(HttpClient http) : IChatClient
{
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "chat") { Content = JsonContent.Create(Body(messages, options)) };
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken));
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length > 0) yield return Update(JsonElement.Parse(line));
        }
    }

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    private static object Body(IEnumerable<ChatMessage> messages, ChatOptions? options) => new
    {
        model = options?.ModelId,
        temperature = options?.Temperature,
        schema = (options?.ResponseFormat as ChatResponseFormatJson)?.Schema,
        tools = options?.Tools?.OfType<AIFunctionDeclaration>().Select(tool => new { tool.Name, tool.Description, tool.JsonSchema }),
        messages = messages.Select(message => new
        {
            role = message.Role.Value,
            text = message.Text,
            pictures = message.Contents.OfType<DataContent>().Select(picture => picture.Base64Data.ToString()),
        }),
    };

    private static ChatResponseUpdate Update(JsonElement line)
    {
        if (line.TryGetProperty("error", out var code)) throw new ProviderException(FailureReason.ProviderError, $"The plain server sent the error {code}.");
        var update = new ChatResponseUpdate { Role = ChatRole.Assistant };
        if (line.TryGetProperty("text", out var text)) update.Contents.Add(new TextContent(text.GetString()));
        if (line.TryGetProperty("thought", out var thought)) update.Contents.Add(new TextReasoningContent(thought.GetString()));
        if (line.TryGetProperty("call", out var call)) update.Contents.Add(Call(call));
        if (line.TryGetProperty("usage", out var usage)) update.Contents.Add(new UsageContent(Usage(usage)));
        if (line.TryGetProperty("end", out var end)) update.FinishReason = new ChatFinishReason(end.GetString()!);
        return update;
    }

    private static FunctionCallContent Call(JsonElement call) => new(
        call.GetProperty("id").GetString()!,
        call.GetProperty("name").GetString()!,
        call.GetProperty("arguments").EnumerateObject().ToDictionary(member => member.Name, member => (object?)member.Value));

    private static UsageDetails Usage(JsonElement usage) =>
        new() { InputTokenCount = usage[0].GetInt32(), OutputTokenCount = usage[1].GetInt32() };
}
