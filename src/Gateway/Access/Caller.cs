namespace Millrace.Gateway.Access;

/// <summary>Who calls.</summary>
/// <param name="Tenant">Whose generations and sessions these are; a caller sees no others.</param>
/// <param name="KeyId">The API key, or null where none is asked for.</param>
internal sealed record Caller(string Tenant, Guid? KeyId)
{
    /// <summary>Everybody, where no keys are asked for.</summary>
    public static Caller Local { get; } = new("default", null);
}
