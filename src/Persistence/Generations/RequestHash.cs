using System.Security.Cryptography;
using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Persistence.Generations;

/// <summary>What makes two requests the same one.</summary>
public static class RequestHash
{
    /// <summary>
    /// SHA-256 over the request as JSON. The channel does not count: it only says where events go, and a retry from
    /// another process has another.
    /// </summary>
    public static byte[] Of(GenerateRequested request) => SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
        request with
        {
            Channel = null,
            NotAfter = request.NotAfter?.ToUniversalTime(),
            Metadata = request.Metadata is null
                ? null
                : new SortedDictionary<string, string>(request.Metadata.ToDictionary(), StringComparer.Ordinal),
        },
        ContractsJson.Options));
}
