using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Engine.Requests;

/// <summary>Who wants the end as an answer: the <c>responseAddress</c> of an envelope, or AMQP's <c>reply_to</c>.</summary>
public sealed record Requester
{
    /// <summary>The queue that the answer goes to, on the broker and virtual host of the request.</summary>
    public required string Queue { get; init; }

    /// <summary>It has sent plain JSON, so it gets plain JSON.</summary>
    public bool IsPlain { get; init; }

    /// <summary>What MassTransit's request client knows its answer by.</summary>
    public Guid? RequestId { get; init; }

    /// <summary>What everybody else knows it by: AMQP's own correlation id.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>The names of the types that it takes; null if it has not said.</summary>
    public IReadOnlyList<string>? Accepts { get; init; }

    /// <summary>As it is stored: one line.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ContractsJson.Options);

    public bool Takes(Type type) => Accepts is null || Accepts.Contains(type.Name);

    /// <summary>A message that the broker delivered twice has entered its requester twice.</summary>
    public static IEnumerable<Requester> ReadAll(string? lines) => (lines ?? "")
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => JsonSerializer.Deserialize<Requester>(line, ContractsJson.Options)!)
        .DistinctBy(one => (one.Queue, one.RequestId, one.CorrelationId));

    /// <summary>The requesters that are stored and one more.</summary>
    public static string? Join(string? lines, Requester? one) => (lines, one) switch
    {
        (_, null) => lines,
        (null, _) => one.ToJson(),
        _ => $"{lines}\n{one.ToJson()}",
    };
}
