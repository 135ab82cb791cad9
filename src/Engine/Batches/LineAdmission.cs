using Microsoft.Extensions.Options;
using Millrace.Contracts;
using Millrace.Dialects.BatchFiles;
using Millrace.Dialects.Errors;
using Millrace.Engine.Admission;
using Millrace.Engine.Attachments;
using Millrace.Engine.Failures;
using Millrace.Engine.Requests;
using Millrace.Engine.Settings;
using Millrace.Persistence.Batches;
using Millrace.Persistence.Model;

namespace Millrace.Engine.Batches;

/// <summary>What intake asks of a request, asked of a line before anything runs: (1) is it one, (2) what it has from the batch, (3) could the fleet do it.</summary>
internal sealed class LineAdmission(RequestAdmission admission, ToolIntake tools, ReferredContents referred, LineEstimate estimate, IOptions<MillraceOptions> options)
{
    /// <exception cref="BadLineException">It could not run.</exception>
    public async Task<NewBatchLine> AdmitAsync(TextLine line, Batch batch, BatchDefaults defaults, CancellationToken cancellation)
    {
        if (line.IsTooLong) throw Bad(line, "line_too_long", $"The line has more than {options.Value.MaxRequestBytes} bytes (Millrace:MaxRequestBytes).");
        var read = Read(line, batch, defaults);
        var request = Complete(read.Request, batch, defaults);
        if (request.SessionId is not null) throw Bad(line, "unsupported_parameter", "A line of a batch is no turn of a session; send the whole conversation.", "session_id");

        var incoming = await referred.LookUpAsync(request, Serialize(line, request), options.Value.MaxAttachmentBytes, cancellation);
        var generation = admission.Admit(request, incoming, await tools.FindFlawAsync(request, cancellation));
        if (generation.Outcome is { } refusal) throw Refused(line, refusal);
        return new(line.Number, read.CustomId, read.Form, generation, estimate.NanosOf(request));
    }

    private static ParsedLine Read(TextLine line, Batch batch, BatchDefaults defaults)
    {
        try
        {
            return BatchLineReader.Read(line.Bytes, batch, defaults, BatchLineId.Of(batch.Id, line.Number));
        }
        catch (Exception broken) when (Faults.OfInput(broken) is { } fault)
        {
            throw Bad(line, fault.Code, fault.Message, fault.Param);
        }
    }

    private static GenerateRequested Complete(GenerateRequested request, Batch batch, BatchDefaults defaults) => request with
    {
        Tenant = batch.Tenant,
        Channel = batch.Channel,
        Class = GenerationClass.Bulk,
        Provider = request.Provider ?? (request.Model is null ? defaults.Provider : null),
        Model = request.Model is { } model ? Meant(model, defaults) : defaults.Model,
    };

    private static string Meant(string model, BatchDefaults defaults) =>
        defaults.Aliases?.FirstOrDefault(alias => string.Equals(alias.Key, model, StringComparison.OrdinalIgnoreCase)).Value ?? model;

    private static IncomingRequest Serialize(TextLine line, GenerateRequested request)
    {
        try
        {
            return IncomingRequest.From(request, line.Bytes.Length);
        }
        catch (MalformedMessageException malformed)
        {
            throw Bad(line, "invalid_json_line", malformed.Message);
        }
    }

    private static BadLineException Refused(TextLine line, string outcome)
    {
        var failed = System.Text.Json.JsonSerializer.Deserialize<GenerationFailed>(outcome, ContractsJson.Options)!;
        var fault = Faults.Of(failed);
        return Bad(line, fault.Code, fault.Message, fault.Param);
    }

    private static BadLineException Bad(TextLine line, string code, string message, string? param = null) => new(new(code, message, line.Number, param));
}
