using System.Security.Cryptography;
using System.Text;

namespace Millrace.Gateway.Webhooks;

/// <summary>
/// Signs messages as Standard Webhooks does (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md): HMAC-SHA256 over id,
/// time and body, by the bytes behind the secret's <c>whsec_</c>.
/// </summary>
internal static class WebhookSignature
{
    private const string Begin = "whsec_";

    /// <summary>A new secret, of 256 bits.</summary>
    public static string CreateSecret() => Begin + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <param name="secret">The webhook's.</param>
    /// <param name="id">The message's id.</param>
    /// <param name="timestamp">Seconds since 1970.</param>
    /// <param name="body">The body.</param>
    public static string Of(string secret, string id, string timestamp, string body) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret[Begin.Length..]), Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")));
}
