using System.ComponentModel;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Millrace.Dialects.Bodies;
using Millrace.Gateway.Access;
using Millrace.Persistence.Usage;

namespace Millrace.Gateway.Usage;

/// <summary><c>/api/usage</c>: what was used and what it cost, the caller's tenant's or everybody's.</summary>
internal static class UsageEndpoints
{
    /// <summary>Tells a reader of CSV, which has no place for it, that there are more rows.</summary>
    public const string CutHeader = "x-millrace-cut";

    public static void MapUsage(this IEndpointRouteBuilder api)
    {
        var routes = api.MapGroup("/usage").WithTags("Usage");
        routes.MapGet("/", OwnAsync).Needs(Scope.Read).Produces<UsageView>(200, "application/json", UsageCsv.MediaType).ProducesProblem(400)
            .WithName("getUsage").WithSummary("Tokens and cost of the tenant.")
            .WithDescription($"Counted by the time at which the fleet took a generation. CSV has the same columns; when there are more rows than a report has, it comes with the header `{CutHeader}: true`.");
        routes.MapGet("/fleet", FleetAsync).Needs(Scope.Admin).Produces<UsageView>(200, "application/json", UsageCsv.MediaType).ProducesProblem(400)
            .WithName("getFleetUsage").WithSummary("Tokens and cost of all tenants, or of one.")
            .WithDescription("The same report over the whole fleet; `groupBy=tenant` tells the tenants apart. It reads all generations of the time: ask it for bills, not on a screen that refreshes.");
    }

    private static Task<IResult> OwnAsync([AsParameters] UsageParameters asked, HttpContext http, UsageStore usage, TimeProvider time) =>
        ReportAsync(asked, http.Caller().Tenant, http, usage, time);

    private static Task<IResult> FleetAsync(
        [AsParameters] UsageParameters asked, [FromQuery(Name = "tenant"), Description("Only this tenant's. Default: all.")] string? tenant, HttpContext http, UsageStore usage, TimeProvider time) =>
        ReportAsync(asked, tenant, http, usage, time);

    private static async Task<IResult> ReportAsync(UsageParameters asked, string? tenant, HttpContext http, UsageStore usage, TimeProvider time)
    {
        var (isCsv, query) = (asked.IsCsv, asked.ToQuery(tenant, time.GetUtcNow()));
        var report = await usage.ReadAsync(query, http.RequestAborted);
        if (!isCsv) return Results.Json(UsageView.Of(query, report), JsonBody.Options);
        if (report.IsCut) http.Response.Headers[CutHeader] = "true";
        http.Response.Headers.ContentDisposition = "attachment; filename=\"usage.csv\"";
        using var text = new StringWriter();
        UsageCsv.Write(text, query.Groups, report.Rows);
        return Results.Text(text.ToString(), $"{UsageCsv.MediaType}; header=present", Encoding.UTF8);
    }
}
