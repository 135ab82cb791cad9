using System.Reflection;
using Microsoft.AspNetCore.Http;
using Millrace.Dialects.Errors;

namespace Millrace.Gateway.Requests;

/// <summary>Refuses a parameter that the route does not have: a filter with a typing error would filter nothing.</summary>
internal static class KnownQuery
{
    /// <summary>For a group of routes; which parameters a route has, its handler says.</summary>
    public static EndpointFilterDelegate Check(EndpointFilterFactoryContext route, EndpointFilterDelegate next)
    {
        var names = route.MethodInfo.GetParameters().SelectMany(Names).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return call =>
        {
            var http = call.HttpContext;
            foreach (var given in http.Request.Query.Keys)
            {
                if (!names.Contains(given) || http.Request.RouteValues.ContainsKey(given)) throw Unknown(given, names.Except(http.Request.RouteValues.Keys));
            }
            return next(call);
        };
    }

    private static IEnumerable<string> Names(ParameterInfo parameter)
    {
        if (parameter.GetCustomAttribute<AsParametersAttribute>() is not null)
            return parameter.ParameterType.GetProperties().Select(property => property.GetCustomAttribute<Microsoft.AspNetCore.Mvc.FromQueryAttribute>()?.Name ?? property.Name);
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        return type.IsPrimitive || type == typeof(string) || type == typeof(Guid) || type == typeof(DateTimeOffset) ? [parameter.Name!] : [];
    }

    private static FaultException Unknown(string given, IEnumerable<string> names) => FaultException.BadRequest(
        $"There is no parameter '{(given.Length > 40 ? given[..40] : given)}' here. {(names.Any() ? $"Parameters: {string.Join(", ", names)}." : "None is taken.")}", given);
}
