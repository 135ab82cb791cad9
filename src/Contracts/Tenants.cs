namespace Millrace.Contracts;

/// <summary>Whose a request is.</summary>
public static class Tenants
{
    /// <summary>The owner of a request that names no tenant.</summary>
    public const string Default = "default";

    /// <summary>The tenant that the request names, else <see cref="Default"/>.</summary>
    public static string Of(GenerateRequested request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Tenant ?? Default;
    }

    /// <summary>The tenant that the question about stored bytes names, else <see cref="Default"/>.</summary>
    public static string Of(ContentRequested request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Tenant ?? Default;
    }

    /// <summary>The tenant that the question about a session names, else <see cref="Default"/>.</summary>
    public static string Of(SessionRequested request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Tenant ?? Default;
    }
}
