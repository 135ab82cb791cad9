using Millrace.Dialects.Errors;
using Millrace.Persistence.Access;

namespace Millrace.Gateway.Access;

/// <summary>Whether a key is good, at the door and later.</summary>
internal static class KeyState
{
    /// <summary>What is wrong with it, or null.</summary>
    public static Fault? FaultOf(StoredApiKey? key) => key switch
    {
        null => Unknown("The API key is not known. Check that it is whole; 'keys list' shows how each one begins."),
        { IsRevoked: true } => Unknown("The API key was revoked. Use another one."),
        { HasExpired: true } => Unknown("The API key has expired. Use another one."),
        _ => null,
    };

    public static Fault Unknown(string message) => new(401, "invalid_api_key", message);
}
