using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using Millrace.Dialects.Errors;
using Millrace.Persistence.Generations;
using Millrace.Persistence.Model;

namespace Millrace.Gateway.Native;

/// <summary>Which generations a list holds.</summary>
internal sealed record GenerationQuery
{
    private static readonly string[] States =
    [
        GenerationState.Queued, GenerationState.Held, GenerationState.Waiting, GenerationState.Parked, GenerationState.Running,
        GenerationState.Completed, GenerationState.Failed, GenerationState.Cancelled,
    ];

    [FromQuery(Name = "state")]
    [Description("Only those in this state: queued, waiting, parked, running, completed, failed or cancelled. Default: all.")]
    public string? State { get; init; }

    [FromQuery(Name = "sessionId")]
    [Description("Only the turns of this session. Default: all.")]
    public Guid? SessionId { get; init; }

    [FromQuery(Name = "channel")]
    [Description("Only those of this channel. Default: all.")]
    public string? Channel { get; init; }

    [FromQuery(Name = "provider")]
    [Description("Only those that this provider was asked last. Default: all.")]
    public string? Provider { get; init; }

    [FromQuery(Name = "model")]
    [Description("Only those of this model, as the provider names it. Default: all.")]
    public string? Model { get; init; }

    [FromQuery(Name = "receivedAfter")]
    [Description("Only those that the fleet took later than this, for example 2026-03-04T05:06:07Z. Default: all.")]
    public DateTimeOffset? ReceivedAfter { get; init; }

    [FromQuery(Name = "receivedBefore")]
    [Description("Only those that the fleet took earlier than this. Default: all.")]
    public DateTimeOffset? ReceivedBefore { get; init; }

    [FromQuery(Name = "limit")]
    [Description("The most entries in the page, 1 to 100. Default: 20.")]
    public int? Limit { get; init; }

    [FromQuery(Name = "cursor")]
    [Description("The nextCursor of the page before. Default: the first page.")]
    public string? Cursor { get; init; }

    /// <exception cref="FaultException">A filter has a value that no generation could have.</exception>
    public GenerationFilter ToFilter()
    {
        if (State is not null && !States.Contains(State))
            throw FaultException.BadRequest($"state is '{(State.Length > 40 ? State[..40] : State)}'; it must be one of {string.Join(", ", States)}.", "state");
        foreach (var (name, value) in new[] { ("channel", Channel), ("provider", Provider), ("model", Model) })
        {
            if (value?.Any(char.IsControl) == true) throw FaultException.BadRequest($"{name} holds a control character; no {name} does.", name);
        }
        return new(State, SessionId, Channel, Provider, Model, ReceivedAfter, ReceivedBefore);
    }
}
