using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsvHelper;
using Millrace.Engine.Settings;

namespace Millrace.Worker.Cli.Batches;

/// <summary>A user's file as lines of a batch, one record at a time.</summary>
/// <param name="file">The file.</param>
/// <param name="template">The prompt of a record, with fields in braces. Default: the records are lines already.</param>
/// <param name="encoding">What the file is in. Default: what the mark at its beginning says, else UTF-8.</param>
internal sealed class BatchInput(FileInfo file, string? template, string? encoding = null)
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly PromptFile text = new(file, encoding);
    private readonly PromptTemplate? prompts = template is null ? null : new(template);

    /// <summary>True for a file of rows and columns; its output is one, too.</summary>
    public bool IsCsv { get; } = file.Extension.Equals(".csv", StringComparison.OrdinalIgnoreCase);

    /// <summary>True when the file's bytes are the batch's.</summary>
    public bool IsReady => !IsCsv && prompts is null && text.IsUtf8;

    /// <exception cref="ConfigurationException">A record cannot become a line; the message names it.</exception>
    public IEnumerable<string> Lines() => IsCsv ? CsvLines() : prompts is null ? text.Lines() : JsonLines();

    /// <summary>The rows of a file with columns, with those that the output repeats.</summary>
    public IEnumerable<(string[] Header, string[] Row)> Rows()
    {
        using var content = text.Open();
        using var csv = CsvReader.Create(content);
        Decoded(() =>
        {
            csv.ReadHeader();
            return true;
        });
        string[] header = [.. csv.Headers];
        while (Decoded(csv.Read)) yield return (header, [.. Enumerable.Range(0, header.Length).Select(i => i < csv.FieldCount ? csv.GetString(i) : "")]);
    }

    private T Decoded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DecoderFallbackException)
        {
            throw text.NotText();
        }
    }

    private IEnumerable<string> CsvLines()
    {
        var prompt = prompts ?? new PromptTemplate("{prompt}");
        var number = 0;
        foreach (var (header, row) in Rows())
        {
            var place = $"Row {++number} of '{file}'";
            yield return Line(Field("custom_id") ?? $"row-{number}", prompt.Fill(Field, name => Missing(place, name, header)));

            string? Field(string name) => Array.FindIndex(header, column => column.Equals(name, StringComparison.OrdinalIgnoreCase)) is >= 0 and var at ? row[at] : null;
        }
    }

    private IEnumerable<string> JsonLines()
    {
        var number = 0;
        foreach (var line in text.Lines())
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            using var record = Parse(line, number);
            yield return Line(
                Field(record.RootElement, "custom_id") ?? Field(record.RootElement, "id") ?? $"line-{number}",
                prompts!.Fill(name => Field(record.RootElement, name), name => Missing($"Line {number} of '{file}'", name, [.. record.RootElement.EnumerateObject().Select(field => field.Name)])));
        }
    }

    private JsonDocument Parse(string line, int number)
    {
        try
        {
            var document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document
                : throw new ConfigurationException($"Line {number} of '{file}' is a JSON {document.RootElement.ValueKind}; with --template it must be an object with fields.");
        }
        catch (JsonException broken)
        {
            throw new ConfigurationException($"Line {number} of '{file}' is no JSON: {broken.Message}");
        }
    }

    private static string? Field(JsonElement record, string name) => !record.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();

    private static string Line(string customId, string prompt) => JsonSerializer.Serialize(new { custom_id = customId, prompt }, Plain);

    private static ConfigurationException Missing(string place, string name, IReadOnlyList<string> has) =>
        new($"{place} has no field '{name}', which the template names. It has: {string.Join(", ", has)}.");
}
