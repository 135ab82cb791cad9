using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Millrace.Dialects.Errors;
using Millrace.Dialects.OpenAI;

namespace Millrace.Gateway.OpenAI.Batches;

/// <summary>The fields around an uploaded file, in whichever order they come.</summary>
internal sealed class FileForm
{
    private const int LongestName = 255;
    private const int LongestField = 1024;
    private const int LeastSeconds = 3600;
    private const int MostSeconds = 30 * 24 * 3600;
    public const string Batch = "batch";

    private string? name;
    private string? purpose;
    private string? anchor;
    private string? seconds;

    public string Name => name!;

    public string Purpose => purpose ?? throw OpenAIFaults.Missing("purpose");

    /// <summary>How long it is kept: as long as it says, else 30 days.</summary>
    public TimeSpan Lifetime
    {
        get
        {
            if (anchor is null && seconds is null) return TimeSpan.FromSeconds(MostSeconds);
            if (anchor != "created_at") throw OpenAIFaults.Invalid("expires_after.anchor", $"'expires_after[anchor]' is '{OpenAIObjects.Short(anchor ?? "")}'; it must be created_at.");
            return int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var given) && given is >= LeastSeconds and <= MostSeconds
                ? TimeSpan.FromSeconds(given)
                : throw OpenAIFaults.Invalid("expires_after.seconds", $"'expires_after[seconds]' is '{OpenAIObjects.Short(seconds ?? "")}'; it must be {LeastSeconds} to {MostSeconds}.");
        }
    }

    public static bool IsFile(MultipartSection section, [NotNullWhen(true)] out string? name)
    {
        name = NameOf(section) == "file" && section.GetContentDispositionHeader() is { } disposition && disposition.IsFileDisposition()
            ? Unquoted(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName) : null;
        return name is not null;
    }

    /// <summary>A file begins. What is known by now to be wrong is refused before any of it is stored.</summary>
    public void TakeFile(string given)
    {
        name = given[(given.LastIndexOfAny(['/', '\\']) + 1)..];
        if (name.Length > LongestName || name.Any(char.IsControl)) throw OpenAIFaults.Invalid("file", $"The file's name must be one line of at most {LongestName} characters.");
        if (!name.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase))
            throw OpenAIFaults.Invalid("file", $"The file's name is '{OpenAIObjects.Short(name)}'; that of a file for batches must end in .jsonl, and the file have a JSON object in each line.");
        if (anchor is not null && seconds is not null) _ = Lifetime;
    }

    /// <exception cref="FaultException">The field has a value that it cannot have.</exception>
    public async Task TakeAsync(MultipartSection section, CancellationToken cancellation)
    {
        var field = NameOf(section);
        if (field == "file") throw OpenAIFaults.Invalid("file", name is null ? "'file' is a text; it must be a file, with a file name." : "There is more than one 'file'; send one at a time.");
        if (field is not ("purpose" or "expires_after[anchor]" or "expires_after[seconds]")) return; // clients are newer than servers
        var value = await ReadAsync(section, field, cancellation);
        if (field == "purpose") purpose = value == Batch ? value : throw Unusable(value);
        else if (field == "expires_after[anchor]") anchor = value;
        else seconds = value;
    }

    private static async Task<string> ReadAsync(MultipartSection section, string field, CancellationToken cancellation)
    {
        var buffer = new byte[LongestField + 1];
        await using var content = new LimitedContent(section.Body, LongestField, () => OpenAIFaults.Invalid(field, $"'{field}' has more than {LongestField} bytes."));
        var length = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    private static FaultException Unusable(string purpose) => OpenAIFaults.Invalid("purpose",
        $"'purpose' is '{OpenAIObjects.Short(purpose)}'; it must be '{Batch}'. Pictures and texts for messages are stored with POST /api/contents, whose contentId is a file_id, or sent as data URLs.");

    private static string? NameOf(MultipartSection section) => section.GetContentDispositionHeader() is { } disposition ? Unquoted(disposition.Name) : null;

    private static string? Unquoted(Microsoft.Extensions.Primitives.StringSegment text) => HeaderUtilities.RemoveQuotes(text).Value;
}
