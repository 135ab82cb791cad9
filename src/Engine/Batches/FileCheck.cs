using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Millrace.Engine.Settings;
using Millrace.Persistence.Batches;
using Millrace.Persistence.Files;
using Millrace.Persistence.Model;

namespace Millrace.Engine.Batches;

/// <summary>Reads a batch's file from its first line to its last. What is good goes on as it is read; at the first bad line nothing more does, and the faults are gathered.</summary>
internal sealed class FileCheck(FileStore files, LineAdmission admission, IOptions<MillraceOptions> options)
{
    /// <summary>Faults that are told of; the reading ends there.</summary>
    private const int MostFaults = 100;

    /// <exception cref="BadFileException">At the end: there were bad lines, too many, or none at all.</exception>
    public async IAsyncEnumerable<NewBatchLine> LinesAsync(Batch batch, BatchDefaults defaults, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var file = await files.FindAsync(batch.Tenant, batch.InputFileId, cancellation) ?? throw new BadFileException([Gone]);
        var read = 0L;

        // A digest of 16 bytes for each line, where the ids themselves could be hundreds
        var (faults, taken, count) = (new List<BatchFault>(), new HashSet<Guid>(), 0);
        await foreach (var text in LineSplitter.SplitAsync(PartsAsync(), options.Value.MaxRequestBytes))
        {
            if (++count > options.Value.Batches.MaxLines)
            {
                faults.Add(new("too_many_lines", $"The file has more than {options.Value.Batches.MaxLines} lines (Millrace:Batches:MaxLines). Split it.", text.Number));
                break;
            }
            if (count == 1) taken.EnsureCapacity((int)Math.Min(options.Value.Batches.MaxLines, file.Bytes / (text.Bytes.Length + 1))); // growing would take twice of it
            var (line, fault) = await TryAsync(text, batch, defaults, taken, cancellation);
            if (fault is not null) faults.Add(fault);
            else if (faults.Count == 0) yield return line!;
            if (faults.Count == MostFaults) break;
        }
        if (faults.Count == 0 && read < file.Bytes) throw new BadFileException([Gone]);
        if (count == 0) faults.Add(new("empty_file", "The file has no lines."));
        if (faults.Count > 0) throw new BadFileException(faults);

        async IAsyncEnumerable<byte[]> PartsAsync()
        {
            await foreach (var part in files.ReadAsync(batch.InputFileId, cancellation))
            {
                if (read == 0 && Utf16Text.NameOf(part) is { } wide) throw new BadFileException([Wide(wide)]);
                read += part.Length;
                yield return part;
            }
        }
    }

    /// <summary>Its pieces go one by one, so what is missing could look like the end.</summary>
    private static BatchFault Gone { get; } = new("file_not_found", "The file was deleted, or expired, before it had been checked.");

    private static BatchFault Wide(string encoding) => new(
        "invalid_encoding", $"The file is in {encoding}; a batch's file must be in UTF-8. Save it as UTF-8, or let 'batch run', which reads {encoding}, send it.", 1);

    private async Task<(NewBatchLine? Line, BatchFault? Fault)> TryAsync(
        TextLine text, Batch batch, BatchDefaults defaults, HashSet<Guid> taken, CancellationToken cancellation)
    {
        try
        {
            var line = await admission.AdmitAsync(text, batch, defaults, cancellation);
            return taken.Add(Digest(line.CustomId))
                ? (line, null)
                : (null, new("duplicate_custom_id", $"'custom_id' is '{Short(line.CustomId)}', which an earlier line has; each line needs its own.", text.Number, "custom_id"));
        }
        catch (BadLineException bad)
        {
            return (null, bad.Fault);
        }
    }

    /// <summary>Half of a SHA-256: nobody finds two texts that share it.</summary>
    private static Guid Digest(string text) => MemoryMarshal.Read<Guid>(SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan())));

    private static string Short(string text) => text.Length <= 64 ? text : text[..64] + "…";
}
