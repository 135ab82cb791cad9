using System.Text.Json;

namespace Millrace.Bench;

/// <summary>An error in the shape that OpenAI's clients expect.</summary>
internal static class ErrorAnswer
{
    public static Task WriteAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(
            $$$"""{"error":{"message":{{{JsonSerializer.Serialize(message)}}},"type":"invalid_request_error","param":null,"code":null}}""",
            context.RequestAborted);
    }
}
