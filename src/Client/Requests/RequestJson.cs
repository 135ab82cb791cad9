using System.Text.Json;
using Millrace.Contracts;

namespace Millrace.Client.Requests;

/// <summary>A request as JSON, in UTF-8, if it is not too large to be sent.</summary>
public static class RequestJson
{
    /// <summary>Writes it.</summary>
    /// <typeparam name="T">Which of the contracts.</typeparam>
    /// <param name="request">The request.</param>
    /// <param name="most">The most bytes that may be sent.</param>
    /// <exception cref="ArgumentException">It is larger, or something in it is nested too deep.</exception>
    public static byte[] Of<T>(T request, int most) where T : class
    {
        NestedJson.Check(request);
        var json = JsonSerializer.SerializeToUtf8Bytes(request, ContractsJson.Options);
        if (json.Length <= most)
            return json;
        throw new ArgumentException(
            $"The request has {json.Length:N0} bytes as JSON; at most {most:N0} are sent (MaxRequestBytes). " +
            "Shorten it, or store attachments first (UploadAsync) and send their ids.",
            nameof(request));
    }
}
