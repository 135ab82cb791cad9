using Millrace.Contracts;

namespace Millrace.Worker.Requests;

/// <summary>Whose a request is.</summary>
internal static class Tenants
{
    /// <summary>The owner of a request that names no tenant.</summary>
    public const string Default = "default";

    public static string Of(GenerateRequested request) => request.Tenant ?? Default;
}
