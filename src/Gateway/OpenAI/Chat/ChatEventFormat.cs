using Millrace.Contracts;
using Millrace.Dialects.Errors;
using Millrace.Dialects.OpenAI;
using Millrace.Gateway.Errors;
using Millrace.Gateway.Streams;

namespace Millrace.Gateway.OpenAI.Chat;

/// <summary>
/// A stream of <c>chat.completion.chunk</c>. It cannot take text back: after a restart what has been told is not told again, as long as the new attempt says
/// the same; when it says something else, the stream ends with an error.
/// </summary>
internal sealed class ChatEventFormat(GenerateRequested request, ChatRequest asked, DateTimeOffset created) : IEventFormat
{
    private readonly Guid generation = request.GenerationId;
    private readonly SentText told = new();
    private readonly HashSet<string> own = [.. (request.CallerTools ?? []).Select(tool => tool.Name)];
    private int calls;

    public IEnumerable<ServerEvent> Begin() => [Delta(new { Role = "assistant", Content = "" })];

    public IEnumerable<ServerEvent> Tell(ChunkProduced chunk) => chunk switch
    {
        { Kind: ChunkKind.Text } => told.Add(generation, chunk) is { Length: > 0 } news ? [Delta(new { Content = news })] : [],
        { Kind: ChunkKind.Reasoning } => [Delta(new { ReasoningContent = chunk.Text })], // not OpenAI's; servers that show reasoning in chats call it so
        { Kind: ChunkKind.ToolCall, ToolCall: { } call } when own.Contains(call.Name) => Call(call),
        { Kind: ChunkKind.Restarted } => Restart(chunk),
        _ => [],
    };

    public IEnumerable<ServerEvent> End(GenerationCompleted completed)
    {
        told.End(generation);
        yield return Chunk([new { Index = 0, Delta = new { }, Logprobs = (object?)null, FinishReason = Faults.Snake(completed.FinishReason.ToString()) }]);
        if (asked.StreamOptions?.IncludeUsage == true) yield return Chunk([], ChatAnswer.Usage(completed.Usage));
        yield return new("[DONE]");
    }

    public IEnumerable<ServerEvent> Fail(Exception exception) => [new(OpenAIError.Write(ErrorMap.Of(exception)))];

    private IEnumerable<ServerEvent> Call(ToolCall call)
    {
        var index = calls++;
        yield return Delta(new { ToolCalls = new[] { new { Index = index, call.Id, Type = "function", Function = new { call.Name, Arguments = "" } } } });
        yield return Delta(new { ToolCalls = new[] { new { Index = index, Function = new { call.Arguments } } } });
    }

    private IEnumerable<ServerEvent> Restart(ChunkProduced chunk)
    {
        if (calls > 0) throw new Client.Errors.GenerationRestartedException(generation, chunk.KeepThrough ?? 0);
        told.Restart(chunk.KeepThrough ?? 0);
        return [];
    }

    private ServerEvent Delta<T>(T delta) => Chunk([new { Index = 0, Delta = delta, Logprobs = (object?)null, FinishReason = (string?)null }]);

    private ServerEvent Chunk(object[] choices, object? usage = null)
    {
        var (id, seconds) = (OpenAIIds.Completion(generation), created.ToUnixTimeSeconds());
        return new(asked.StreamOptions?.IncludeUsage == true
            ? OpenAIJson.Write(new { Id = id, Object = "chat.completion.chunk", Created = seconds, asked.Model, SystemFingerprint = (string?)null, Choices = choices, Usage = usage })
            : OpenAIJson.Write(new { Id = id, Object = "chat.completion.chunk", Created = seconds, asked.Model, SystemFingerprint = (string?)null, Choices = choices }));
    }
}
