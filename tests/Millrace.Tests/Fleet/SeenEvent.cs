using System.Text.Json;

namespace Millrace.Tests.Fleet;

/// <summary>One event as it came over the wire.</summary>
/// <param name="Kind">The first part of its routing key.</param>
/// <param name="Channel">The second part.</param>
/// <param name="Id">Its generation.</param>
/// <param name="MessageId">The envelope's message id.</param>
/// <param name="Message">The event itself.</param>
/// <param name="Raw">The whole body and its headers, as text.</param>
internal sealed record SeenEvent(string Kind, string Channel, Guid Id, Guid MessageId, JsonElement Message, string Raw)
{
    public bool IsTerminal => Kind is "completed" or "failed" or "cancelled" or "rejected";

    public long Sequence => Message.GetProperty("sequence").GetInt64();

    public string? Text => String("text");

    /// <summary>The whole body: MassTransit's envelope around the event.</summary>
    public JsonElement Body => JsonElement.Parse(Raw[(Raw.IndexOf('\n', Raw.IndexOf('\n', StringComparison.Ordinal) + 1) + 1)..]);

    /// <summary>What the envelope says.</summary>
    public string? Envelope(string name) => Body.TryGetProperty(name, out var value) ? value.ToString() : null;

    public string? String(string name) => Message.TryGetProperty(name, out var value) ? value.ToString() : null;
}
