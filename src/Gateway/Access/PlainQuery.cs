using Microsoft.AspNetCore.Http;
using Millrace.Dialects.Errors;

namespace Millrace.Gateway.Access;

/// <summary>Refuses a parameter with U+0000 in it, on any route: nothing here has such a text, and Postgres takes none.</summary>
internal static class PlainQuery
{
    public static Task CheckAsync(HttpContext http, RequestDelegate next)
    {
        foreach (var (name, values) in http.Request.Query)
        {
            if (name.Contains('\0', StringComparison.Ordinal)) throw FaultException.BadRequest("A parameter's name has a character U+0000; no parameter has.");
            if (values.Any(value => value?.Contains('\0', StringComparison.Ordinal) == true))
                throw FaultException.BadRequest($"{name} has a character U+0000; no text here can have one.", name);
        }
        return next(http);
    }
}
