using Millrace.Dialects.Errors;

namespace Millrace.Gateway.Requests;

/// <summary>How long a page is.</summary>
internal static class PageLimit
{
    /// <exception cref="FaultException">It is too small or too large.</exception>
    public static int Of(int? limit) => limit is null or >= 1 and <= 100 ? limit ?? Page<object>.DefaultLimit
        : throw FaultException.BadRequest($"limit is {limit}; it must be 1 to 100.", "limit");
}
