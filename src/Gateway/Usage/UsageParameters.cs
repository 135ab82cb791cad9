using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using Millrace.Dialects.Errors;
using Millrace.Persistence.Usage;

namespace Millrace.Gateway.Usage;

/// <summary>Which report is asked for.</summary>
internal sealed record UsageParameters
{
    [FromQuery(Name = "from")]
    [Description("The first moment: a day, which begins in UTC, or a time. What counts is when the fleet took a generation. Default: 30 days before the end.")]
    public string? From { get; init; }

    [FromQuery(Name = "to")]
    [Description("The first moment that is not in it any more. Default: now.")]
    public string? To { get; init; }

    [FromQuery(Name = "groupBy")]
    [Description("What rows are told apart by, with commas between them: hour, day, month, tenant, provider, model, session, channel, class, state. Empty: one row of everything. Default: day.")]
    public string? GroupBy { get; init; }

    [FromQuery(Name = "format")]
    [Description("json or csv. Default: json.")]
    public string? Format { get; init; }

    public bool IsCsv => Format?.ToLowerInvariant() switch
    {
        null or "" or "json" => false,
        "csv" => true,
        _ => throw FaultException.BadRequest($"format is '{(Format.Length > 40 ? Format[..40] : Format)}'; it must be json or csv.", "format"),
    };

    /// <exception cref="FaultException">A parameter has no meaning.</exception>
    public UsageQuery ToQuery(string? tenant, DateTimeOffset now)
    {
        try
        {
            return UsageTerms.Read(From, To, GroupBy, now) with { Tenant = tenant };
        }
        catch (UsageTermException broken)
        {
            throw FaultException.BadRequest(broken.Message, broken.Term == "groups" ? "groupBy" : broken.Term);
        }
    }
}
