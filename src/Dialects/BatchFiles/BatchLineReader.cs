using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Millrace.Contracts;
using Millrace.Dialects.Bodies;
using Millrace.Dialects.Errors;
using Millrace.Dialects.OpenAI;
using Millrace.Persistence.Model;

namespace Millrace.Dialects.BatchFiles;

/// <summary>
/// Reads a line of a batch's file: OpenAI's form (<c>custom_id</c>, <c>method</c>, <c>url</c>, <c>body</c>) or our own (<c>custom_id</c>, <c>prompt</c>, …).
/// </summary>
public static class BatchLineReader
{
    public const string ChatEndpoint = "/v1/chat/completions";
    public const string ResponsesEndpoint = "/v1/responses";

    /// <summary>Where lines may be for.</summary>
    public static IReadOnlyList<string> Endpoints { get; } = [ChatEndpoint, ResponsesEndpoint];

    private const int LongestCustomId = 512;

    private static readonly JsonDocumentOptions Depth = new() { MaxDepth = JsonText.MostLevels };

    /// <exception cref="FaultException">It is no such line; its code is a word for programs.</exception>
    public static ParsedLine Read(ReadOnlyMemory<byte> json, Batch batch, BatchDefaults defaults, Guid id)
    {
        using var document = Parse(json);
        var line = document.RootElement;
        if (line.ValueKind != JsonValueKind.Object) throw Invalid("invalid_json_line", $"The line is a JSON {line.ValueKind}; it must be an object.");
        var customId = CustomIdOf(line);
        return line.TryGetProperty("body", out _) || line.TryGetProperty("url", out _) || batch.Endpoint is not null
            ? ReadOpenAI(line, customId, batch.Endpoint, id)
            : new(customId, BatchLineForm.Short, Deserialize<ShortLine>(line, JsonBody.Options).ToRequest(id, defaults));
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> json)
    {
        // A parser looks into texts only when they are asked for
        if (!Utf8.IsValid(json.Span))
            throw Invalid("invalid_encoding", $"The line is not UTF-8{Shown(json.Span)}. Save the file as UTF-8, or let 'batch run' send it with --encoding.");
        try
        {
            return JsonDocument.Parse(json, Depth);
        }
        catch (JsonException broken)
        {
            throw Invalid("invalid_json_line", BodyJson.IsTooDeep(broken)
                ? $"The line is nested too deep; it may have {JsonText.MostLevels} levels."
                : $"The line is no JSON: {broken.Message}");
        }
    }

    private static string Shown(ReadOnlySpan<byte> line)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(line[at..], out _, out var length) == OperationStatus.Done) at += length;
        return $": the byte 0x{line[at]:X2} at {at + 1} begins no character";
    }

    private static string CustomIdOf(JsonElement line) => Json.Text(line, "custom_id") switch
    {
        null or "" => throw new FaultException(new(400, "missing_required_parameter", "The line has no 'custom_id'; each line needs a text of its own there.") { Param = "custom_id" }),
        { Length: > LongestCustomId } => throw new FaultException(new(400, "invalid_value", $"'custom_id' has more than {LongestCustomId} characters.") { Param = "custom_id" }),
        var text => text.Contains('\0', StringComparison.Ordinal) ? throw new FaultException(new(400, "invalid_value", "'custom_id' has a character U+0000 in it.") { Param = "custom_id" }) : text,
    };

    private static ParsedLine ReadOpenAI(JsonElement line, string customId, string? endpoint, Guid id)
    {
        var url = Json.Text(line, "url");
        if (Json.Text(line, "method") is var method && method != "POST") throw new FaultException(new(400, "invalid_method", $"'method' is '{method}'; it must be POST.") { Param = "method" });
        if (url is null || !Endpoints.Contains(url)) throw Url($"'url' is '{url}'; it must be one of {string.Join(", ", Endpoints)}.");
        if (endpoint is not null && url != endpoint) throw Url($"'url' is '{url}', and the batch's endpoint is '{endpoint}'; they must be the same.");
        if (!line.TryGetProperty("body", out var body) || body.ValueKind != JsonValueKind.Object) throw OpenAIFaults.Missing("body");
        if (body.TryGetProperty("stream", out var stream) && stream.ValueKind == JsonValueKind.True)
            throw OpenAIFaults.Invalid("body.stream", "'stream' is true; a batch has no one to stream to. Leave it out.");
        return url == ChatEndpoint
            ? new(customId, BatchLineForm.Chat, ChatMapping.ToRequest(Deserialize<ChatRequest>(body, OpenAIJson.Options), id))
            : new(customId, BatchLineForm.Response, ResponseMapping.ToRequest(Response(body), [], id));
    }

    private static ResponseRequest Response(JsonElement body)
    {
        var asked = Deserialize<ResponseRequest>(body, OpenAIJson.Options);
        if (asked.PreviousResponseId is not null) throw OpenAIFaults.Unsupported("previous_response_id", "A line of a batch goes on from no other response; send the whole conversation as 'input'.");
        if (asked.Store == false) throw OpenAIFaults.Unsupported("store", "The output of a batch is read later, so a line is always stored: leave 'store' out.");
        return asked;
    }

    private static T Deserialize<T>(JsonElement json, JsonSerializerOptions options)
    {
        try
        {
            return json.Deserialize<T>(BodyJson.For(options))!;
        }
        catch (JsonException broken)
        {
            throw JsonBody.Fault<T>(broken);
        }
    }

    private static FaultException Invalid(string code, string message) => new(new(400, code, message));

    private static FaultException Url(string message) => new(new(400, "invalid_url", message) { Param = "url" });
}
