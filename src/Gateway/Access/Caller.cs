using Millrace.Contracts;
using Millrace.Persistence.Access;

namespace Millrace.Gateway.Access;

/// <summary>Who calls.</summary>
/// <param name="Tenant">Whose generations and sessions these are; a caller sees no others.</param>
/// <param name="KeyId">The API key, or null where none is asked for.</param>
internal sealed record Caller(string Tenant, Guid? KeyId)
{
    /// <summary>Everybody, where no keys are asked for.</summary>
    public static Caller Local { get; } = new(Tenants.Default, null);

    /// <summary>Whether the key has limits.</summary>
    public bool IsLimited { get; init; }

    /// <summary>How the key's limits stand, once this call has used it.</summary>
    public KeyUse? Use { get; set; }
}
