using Millrace.Client;
using Millrace.Contracts;
using Millrace.Engine.Requests;
using Millrace.Engine.Settings;

namespace Millrace.Worker.Cli;

/// <summary>
/// The files of <c>--attach</c>. They are read here, by the one who names them; workers read none. Small ones go with the request, larger ones are stored first.
/// </summary>
internal sealed class AttachedFiles
{
    /// <summary>As many as a request may have of this size are, as base64, within what it may have.</summary>
    private const int LargestInRequest = 128 * 1024;

    private readonly List<Attachment> files = [];

    /// <summary>Reads all before anything runs.</summary>
    public static async Task<AttachedFiles> ReadAsync(string[] paths, CancellationToken cancellation)
    {
        if (paths.Length > AttachmentRules.MostAttachments)
            throw new ConfigurationException($"--attach is given {paths.Length} times; at most {AttachmentRules.MostAttachments} are allowed.");
        var read = new AttachedFiles();
        foreach (var path in paths) read.files.Add(await ReadAsync(path, cancellation));
        return read;
    }

    public async Task<IReadOnlyList<Attachment>> StoreAsync(MillraceClient client, CancellationToken cancellation)
    {
        var attachments = new List<Attachment>();
        foreach (var file in files)
        {
            attachments.Add(file.Data!.Value.Length <= LargestInRequest
                ? file
                : await client.UploadAsync(file.Data.Value, file.MediaType, file.Name, cancellationToken: cancellation));
        }
        return attachments;
    }

    /// <summary>The request with attachments to its prompt.</summary>
    public static GenerateRequested With(GenerateRequested request, IReadOnlyList<Attachment> attachments) => attachments.Count == 0 ? request
        : request with { Prompt = null, Messages = [new PromptMessage(MessageRole.User, request.Prompt!) { Attachments = attachments }] };

    private static async Task<Attachment> ReadAsync(string path, CancellationToken cancellation)
    {
        try
        {
            var bytes = await File.ReadAllBytesAsync(path, cancellation);
            return new Attachment { Data = bytes, Name = Path.GetFileName(path), MediaType = MediaTypes.OfBytes(bytes) ?? MediaTypes.OfName(path) ?? throw NotAttachable(path) };
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"--attach '{path}' cannot be read: {fault.Message}");
        }
    }

    private static ConfigurationException NotAttachable(string path) => new(
        $"--attach '{path}' is neither a picture nor a text by its name; these can be attached: {string.Join(", ", MediaTypes.Images.Concat(MediaTypes.Texts))}.");
}
