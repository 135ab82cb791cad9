using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Millrace.Dialects.Errors;
using Millrace.Dialects.OpenAI;
using Millrace.Gateway.Access;
using Millrace.Gateway.Settings;
using Millrace.Persistence.Files;
using Millrace.Persistence.Model;

namespace Millrace.Gateway.OpenAI.Batches;

/// <summary>
/// Takes a file from a multipart body, piece by piece as it comes: (1) the fields before the file, (2) the file, straight into the database, (3) the fields behind
/// it, (4) the rules, as far as they were not known before. Clients send the file first as often as last; whatever is wrong with a field then, nothing is kept.
/// </summary>
internal sealed class FileUpload(FileStore files, TenantQuota quotas, IOptions<GatewayOptions> options, TimeProvider time)
{
    private const int LongestBoundary = 200;

    /// <summary>What the other fields, boundaries and headers may add to the file.</summary>
    private const int Surroundings = 64 * 1024;

    public async Task<StoredFile> StoreAsync(HttpContext http)
    {
        var largest = options.Value.MaxFileBytes;
        if (http.Request.ContentLength > largest + Surroundings) throw TooLarge(largest);
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null; // counted below, by another rule
        var reader = new MultipartReader(BoundaryOf(http), http.Request.Body);
        var form = new FileForm();
        // 1
        while (await NextAsync(reader, http.RequestAborted) is { } section)
        {
            if (FileForm.IsFile(section, out var name))
            {
                form.TakeFile(name);
                // 2, 3, 4
                await using var content = new LimitedContent(section.Body, largest, () => TooLarge(largest));
                var file = new StoredFile { Id = Guid.CreateVersion7(time.GetUtcNow()), Tenant = http.Caller().Tenant, Name = form.Name, Purpose = "", State = FileState.Uploading };
                return await files.AddAsync(file, content, async settled =>
                {
                    while (await NextAsync(reader, http.RequestAborted) is { } rest) await form.TakeAsync(rest, http.RequestAborted);
                    settled.Purpose = form.Purpose;
                    return form.Lifetime;
                }, quotas.Files(file.Tenant), http.RequestAborted);
            }
            await form.TakeAsync(section, http.RequestAborted);
        }
        throw OpenAIFaults.Missing("file");
    }

    private static string BoundaryOf(HttpContext http)
    {
        if (MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            && HeaderUtilities.RemoveQuotes(type.Boundary).Value is { Length: > 0 and <= LongestBoundary } boundary) return boundary;
        throw new FaultException(new(415, "unsupported_media_type", "The body must be multipart/form-data with a 'file' and a 'purpose'."));
    }

    private static async Task<MultipartSection?> NextAsync(MultipartReader reader, CancellationToken cancellation)
    {
        try
        {
            return await reader.ReadNextSectionAsync(cancellation);
        }
        catch (Exception broken) when (LimitedContent.IsMalformed(broken))
        {
            throw LimitedContent.Malformed();
        }
    }

    private static FaultException TooLarge(long largest) =>
        new(new(413, "too_large", $"The file has more than {largest} bytes (Millrace:Gateway:MaxFileBytes). Split it.") { Param = "file" });
}
