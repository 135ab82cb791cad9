using System.Globalization;
using Microsoft.AspNetCore.Http;
using Millrace.Dialects.Errors;

namespace Millrace.Gateway.Streams;

/// <summary>What a reader who comes back has seen. Browsers send it by themselves, with each reconnection, also behind the end.</summary>
internal static class LastEventId
{
    private const string Header = "Last-Event-ID";
    private const int LongestShown = 40;

    /// <summary>The number of the last event that the reader has, or null if it names none.</summary>
    /// <exception cref="FaultException">It is no number.</exception>
    public static long? Of(HttpContext http)
    {
        var given = http.Request.Headers[Header].ToString();
        if (given.Length == 0) return null;
        if (long.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var seen)) return seen;
        var shown = given.Length > LongestShown ? given[..LongestShown] : given;
        throw FaultException.BadRequest($"{Header} is '{shown}'; it must be the id of an event of this stream, a number.", Header);
    }

    /// <summary>The reader has all of it. 204 is what ends a browser's EventSource; after anything else it comes again, for ever.</summary>
    public static void SawTheEnd(HttpContext http) => http.Response.StatusCode = StatusCodes.Status204NoContent;
}
