using System.Text.Json;
using Millrace.Contracts;
using Millrace.Engine.Failures;
using Millrace.Persistence.Contents;
using Millrace.Persistence.Generations;

namespace Millrace.Engine.Requests;

/// <summary>A request as it came.</summary>
/// <param name="Json">As it is stored.</param>
/// <param name="Hash">What makes two requests the same one.</param>
/// <param name="Bytes">Its size on the wire.</param>
public sealed record IncomingRequest(byte[] Json, byte[] Hash, long Bytes)
{
    /// <summary>What is stored under the ids that its attachments name, as far as it has been looked up.</summary>
    public IReadOnlyDictionary<Guid, ContentHead> Contents { get; init; } = new Dictionary<Guid, ContentHead>();

    /// <summary>The trace that it belongs to, as W3C's <c>traceparent</c>.</summary>
    public string? TraceParent { get; init; }

    /// <summary>What its events carry of the message.</summary>
    public Correlation? Correlation { get; init; }

    /// <summary>Who wants its end as an answer.</summary>
    public Requester? Requester { get; init; }

    public static IncomingRequest From(GenerateRequested request, long? bytes)
    {
        var json = Serialize(request);
        return new(json, RequestHash.Of(request), bytes ?? json.Length);
    }

    public static byte[] Serialize(GenerateRequested request)
    {
        try
        {
            return JsonSerializer.SerializeToUtf8Bytes(request, ContractsJson.Options);
        }
        catch (InvalidOperationException)
        {
            throw new MalformedMessageException("Options.JsonSchema, CallerTools or Origin holds half of a surrogate pair, which is no text.");
        }
    }
}
