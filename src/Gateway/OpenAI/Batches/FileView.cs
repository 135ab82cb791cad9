using Millrace.Dialects.OpenAI;
using Millrace.Persistence.Model;

namespace Millrace.Gateway.OpenAI.Batches;

/// <summary>OpenAI's file object.</summary>
internal static class FileView
{
    public static object Of(StoredFile file) => new
    {
        Id = OpenAIIds.File(file.Id),
        Object = "file",
        file.Bytes,
        CreatedAt = file.CreatedAt.ToUnixTimeSeconds(),
        ExpiresAt = file.ExpiresAt?.ToUnixTimeSeconds(),
        Filename = file.Name,
        file.Purpose,
        Status = "processed",
        StatusDetails = (string?)null,
    };
}
